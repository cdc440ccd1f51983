import type { FastifyInstance } from "fastify";
import { requirePermission } from "../../access/index.ts";
import type { JsonObject } from "../../core/json.ts";
import { principalOf } from "../app/request.ts";
import type { Parts } from "../parts.ts";
import { dryRunJson } from "../runs/dry-run-json.ts";
import { findAction } from "../runs/find-action.ts";
import { dryRunSchema } from "./run-schemas.ts";

/** What a run would do, without one. */
export function dryRunRoutes(app: FastifyInstance, parts: Parts): void {
  app.post<{
    Params: { org: string; id: string };
    Body: { readonly parameters?: JsonObject } | null | undefined;
  }>("/api/:org/actions/:id/dry-run", { schema: dryRunSchema }, async (request) => {
    const principal = principalOf(request);
    const { organization, email: actor } = principal;
    const { id: actionId, name } = await findAction(parts, organization, request.params.id);
    // It tells what is to be run, and with what: as much as a run itself does.
    requirePermission(principal, { type: "runs", id: actionId, name, verb: "Post" });
    const { parameters = {} } = request.body ?? {};
    return dryRunJson(await parts.runs.dryRun({ organization, actionId, actor, parameters }));
  });
}
