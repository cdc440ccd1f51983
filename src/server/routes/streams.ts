import type { FastifyInstance } from "fastify";
import { requirePermission } from "../../access/index.ts";
import type { Json } from "../../core/json.ts";
import { principalOf } from "../app/request.ts";
import { openobserveRoutes } from "../openobserve/routes.ts";
import type { Parts } from "../parts.ts";
import { startAndWait } from "../runs/ask-run.ts";
import { findAction } from "../runs/find-action.ts";

/** The OpenObserve that scripts talk to: `_json` and `_search`, under our permissions. */
export async function streamRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  await app.register(openobserveRoutes, {
    openobserve: parts.openobserve,
    authorize: async (request, { type, id, verb }) =>
      requirePermission(principalOf(request), { type, id, verb }),
    transform: async (request, { organization, actionId, hits }) => {
      const action = await findAction(parts, organization, actionId);
      const input = Buffer.from(JSON.stringify(hits));
      const ask = { action, trigger: { kind: "search" }, parameters: {}, input } as const;
      const run = await startAndWait(parts, principalOf(request), ask, parts.closing);
      if (run.state !== "succeeded")
        return { ok: false, message: run.reason ?? `the run ended as ${run.state}` };
      const returned = JSON.parse(await textOf(await parts.runs.result(run.id))) as Json;
      if (!Array.isArray(returned))
        return { ok: false, message: "the action returned something that is no list" };
      return { ok: true, hits: returned };
    },
  });
}

async function textOf(bytes: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  if (bytes === undefined) return "[]";
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
