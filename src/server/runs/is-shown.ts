import { may, type Principal } from "../../access/index.ts";
import { isNamed } from "../../core/approval/refuse-vote.ts";
import type { Run } from "../../core/run/run.ts";
import type { Parts } from "../parts.ts";
import { voterOf } from "./voter.ts";

/** Whether somebody sees a run that waits for people: who may see runs of the action, may vote on them, or is named by it. */
export async function isShown(parts: Parts, principal: Principal, run: Run): Promise<boolean> {
  const of = { id: run.actionId, name: run.actionName };
  if (may(principal, { type: "runs", ...of, verb: "Get" })) return true;
  if (principal.within !== undefined) return may(principal, { type: "approval", ...of, verb: "Post" });
  const voter = await voterOf(parts.store.access, principal, run);
  return voter.mayApprove || (run.approval !== undefined && isNamed(run.approval, voter));
}
