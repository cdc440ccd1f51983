import { type Principal, requirePermission } from "../../access/index.ts";
import type { Run } from "../../core/run/run.ts";
import { isKsuid } from "../../core/wire/ksuid.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";

/**
 * A run that the asker may see, end or try again. Somebody else's organization is the same as no such run. An action
 * that has another name by now is asked for by both: by the run's, and to act by its own as well.
 */
export async function readRun(
  parts: Parts,
  principal: Principal,
  id: string,
  verb: "Get" | "Post",
): Promise<Run> {
  const missing = () => new HttpError(404, "There is no such run");
  if (!isKsuid(id)) throw missing();
  const run = await parts.store.runs.get(principal.organization, id);
  if (run === undefined) throw missing();
  const ask = { type: "runs", id: run.actionId, verb } as const;
  requirePermission(principal, { ...ask, name: run.actionName });
  if (verb === "Post") await requireLive(parts, principal, run);
  return run;
}

async function requireLive(parts: Parts, principal: Principal, { actionId: id }: Run): Promise<void> {
  const live = await parts.store.registry.findAction({ organization: principal.organization, id });
  if (live !== undefined) requirePermission(principal, { type: "runs", id, name: live.name, verb: "Post" });
}
