import type { FastifyInstance } from "fastify";
import { type Principal, requirePermission, requireShown } from "../../access/index.ts";
import { type RunFilter, readRunFilter, type WrittenRunFilter } from "../../core/run/read-run-filter.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { isKsuid } from "../../core/wire/ksuid.ts";
import { runJson } from "../../core/wire/run-json.ts";
import type { RunQuery } from "../../runs/ports/run-store.ts";
import { principalOf } from "../app/request.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { findLive, unknownAction } from "../runs/find-action.ts";
import { listOfActionSchema, listSchema } from "./run-list-schemas.ts";

interface Asked {
  Querystring: WrittenRunFilter & { limit: number; cursor?: string };
}
type OfAction = Pick<RunQuery, "actionId" | "actionName" | "shown">;

/** The history: of everything, and of one action. */
export function runListRoutes(app: FastifyInstance, parts: Parts): void {
  const find = async (principal: Principal, asked: Asked["Querystring"], of: OfAction) => {
    const { organization } = principal;
    const { limit, cursor } = asked;
    const filter = readFilter(parts, asked);
    const page = await parts.store.runs.find({
      organization,
      limit,
      ...(cursor !== undefined && { cursor }),
      ...filter,
      ...of,
    });
    return { items: page.items.map(runJson), next: page.next ?? null };
  };
  /** Whether an action that is not live has left runs behind. */
  const requireTraces = async ({ organization }: Principal, of: OfAction) => {
    const { items } = await parts.store.runs.find({ organization, limit: 1, ...of });
    if (items.length === 0) throw unknownAction();
  };

  app.get<{ Querystring: Asked["Querystring"] & { action?: string } }>(
    "/api/:org/runs",
    { schema: listSchema },
    async (request) => {
      const principal = principalOf(request);
      const { organization } = principal;
      const shown = requireShown(principal, "runs");
      const { action } = request.query;
      if (action === undefined) return find(principal, request.query, { shown });
      const live = await findLive(parts, organization, action);
      const of = { ...(live === undefined ? leftBy(action) : { actionId: live.id }), shown };
      if (live === undefined) await requireTraces(principal, of);
      return find(principal, request.query, of);
    },
  );

  app.get<Asked & { Params: { org: string; id: string } }>(
    "/api/:org/actions/:id/runs",
    { schema: listOfActionSchema },
    async (request) => {
      const principal = principalOf(request);
      const { organization } = principal;
      const { id: asked } = request.params;
      const live = await findLive(parts, organization, asked);
      if (live !== undefined) {
        requirePermission(principal, { type: "runs", id: live.id, name: live.name, verb: "Get" });
        return find(principal, request.query, { actionId: live.id });
      }
      // Deleted, or never accepted: its runs are still there, for whoever may list them.
      const of = { ...leftBy(asked), shown: requireShown(principal, "runs") };
      await requireTraces(principal, of);
      return find(principal, request.query, of);
    },
  );
}

/** Runs of an action that is not live any more. */
const leftBy = (asked: string): OfAction => (isKsuid(asked) ? { actionId: asked } : { actionName: asked });

/** @throws HttpError 400 */
function readFilter(parts: Parts, written: WrittenRunFilter): RunFilter {
  try {
    return readRunFilter(written, fromMilliseconds(parts.now()));
  } catch (error) {
    if (error instanceof RangeError) throw new HttpError(400, error.message);
    throw error;
  }
}
