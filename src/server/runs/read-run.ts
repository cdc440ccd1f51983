import { type Principal, requirePermission } from "../../access/index.ts";
import { isAsked } from "../../core/approval/run-approval.ts";
import type { Run } from "../../core/run/run.ts";
import { isKsuid } from "../../core/wire/ksuid.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { isShown } from "./is-shown.ts";

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
  const run = await findRun(parts, principal, id);
  const ask = { type: "runs", id: run.actionId, verb } as const;
  requirePermission(principal, { ...ask, name: run.actionName });
  if (verb === "Post") await requireLive(parts, principal, run);
  return run;
}

/** The same, also for whoever is asked whether it may start: until it may there is no more of it than the question. */
export async function readRunOrQuestion(parts: Parts, principal: Principal, id: string): Promise<Run> {
  const run = await findRun(parts, principal, id);
  const isQuestion = run.state === "waiting" && isAsked(run.approval);
  if (isQuestion && (await isShown(parts, principal, run))) return run;
  return readRun(parts, principal, id, "Get");
}

/** @throws HttpError 404. */
async function findRun(parts: Parts, { organization }: Principal, id: string): Promise<Run> {
  const run = isKsuid(id) ? await parts.store.runs.get(organization, id) : undefined;
  if (run === undefined) throw new HttpError(404, "There is no such run");
  return run;
}

async function requireLive(parts: Parts, principal: Principal, { actionId: id }: Run): Promise<void> {
  const live = await parts.store.registry.findAction({ organization: principal.organization, id });
  if (live !== undefined) requirePermission(principal, { type: "runs", id, name: live.name, verb: "Post" });
}
