import { type Principal, requirePermission } from "../../access/index.ts";
import type { Run } from "../../core/run/run.ts";
import { isKsuid } from "../../core/wire/ksuid.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";

/** A run that the asker may see or end. Somebody else's organization is the same as no such run. */
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
  requirePermission(principal, { type: "action_scripts", id: run.actionId, verb });
  return run;
}
