import type { Run } from "../run/run.ts";
import { approversText, isAsked, type RunApproval } from "./run-approval.ts";

/** Somebody who answers the question whether a run may start. */
export interface Voter {
  readonly email: string;
  /** Where the answer came from, for the audit. */
  readonly address?: string | undefined;
  readonly roles: readonly string[];
  /** A service account, or a run: what no person said is no approval. */
  readonly isMachine: boolean;
  /** Holds the right to approve runs of the action. */
  readonly mayApprove: boolean;
}

/** Why somebody's vote does not count, as a sentence; undefined: it does. */
export function refuseVote(
  run: Pick<Run, "state" | "actor" | "approval" | "actionName">,
  voter: Voter,
  round: number | undefined,
): string | undefined {
  const { approval } = run;
  if (approval === undefined) return "The run needs nobody's approval.";
  if (run.state !== "waiting" || !isAsked(approval)) return "The run has been approved already.";
  if (voter.isMachine) return `${voter.email} is no person: people approve, with a login of their own.`;
  if (voter.email === run.actor)
    return `${voter.email} started the run and cannot answer for others; \`rota cancel\` ends it.`;
  if (approval.startedBy?.includes(voter.email))
    return `${voter.email} started what led to the run and cannot answer for others; \`rota cancel\` ends it.`;
  if (!isApprover(approval, voter))
    return `${voter.email} is no approver of "${run.actionName}": ${approversText(approval)} may answer.`;
  if (round !== undefined && round !== approval.round)
    return "What is asked for has changed since you looked at it: look again, then answer.";
  if (approval.votes.some(({ by }) => by === voter.email)) return `${voter.email} has approved it already.`;
  return undefined;
}

/** Where the action names nobody, whoever holds the right. */
const isApprover = (approval: RunApproval, voter: Voter): boolean =>
  approval.approvers.length === 0 ? voter.mayApprove : isNamed(approval, voter);

/** Whether somebody is among those that the action names, by e-mail or by a role. */
export const isNamed = (
  { approvers }: RunApproval,
  { email, roles }: Pick<Voter, "email" | "roles">,
): boolean =>
  approvers.some(
    (approver) =>
      approver.toLowerCase() === email ||
      (approver.startsWith("role:") && roles.includes(approver.slice("role:".length))),
  );
