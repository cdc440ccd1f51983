import type { ApprovalJson, RunJson } from "../connection/wire.ts";
import { neutralise } from "./neutralise.ts";
import { exactTime, relativeTime } from "./time-texts.ts";

/** "role:sre, ann@example.com": who may answer. */
export const approversText = ({ approvers }: ApprovalJson): string =>
  approvers.length === 0 ? "whoever may approve runs" : neutralise(approvers.join(", "));

/** "1 of 2 until 2026-08-01 12:00:00Z (in 3 h), then it expires". */
export function standingText(approval: ApprovalJson, now: number): string {
  const votes = `${approval.votes.length} of ${approval.quorum}`;
  if (approval.state === "granted") return `granted with ${votes}`;
  const then = approval.on_expiry === "approve" ? "it starts" : "it expires";
  return `${votes} until ${exactTime(approval.expires_at)} (${relativeTime(approval.expires_at, now)}), then ${then}`;
}

/** The question of one run: who may answer, and how it stands or stood when the run ended. */
export function questionText(run: RunJson & { readonly approval: ApprovalJson }, now: number): string {
  const { approval, state } = run;
  const isOver = approval.state !== "granted" && state !== "waiting";
  const standing = isOver
    ? `${approval.votes.length} of ${approval.quorum} had agreed`
    : standingText(approval, now);
  return `${approversText(approval)}; ${standing}`;
}

/** Who agreed, one line each. */
export const voteLines = ({ votes }: ApprovalJson): string[] =>
  votes.map(
    ({ by, at, comment }) =>
      `${neutralise(by)} at ${exactTime(at)}${comment == null ? "" : `: ${neutralise(comment)}`}`,
  );

/** For whoever has started a run: that it waits for people, and how it goes on; none where it does not. */
export function askingLines(run: RunJson, now: number): string[] {
  const { approval, state } = run;
  if (approval == null || approval.state !== "asked" || state !== "waiting") return [];
  return [
    `It waits for approval by ${approversText(approval)}: ${standingText(approval, now)}.`,
    `They answer with: rota approve ${neutralise(run.id)}, or rota reject ${neutralise(run.id)} --reason "…"`,
    "Ctrl-C takes it back.",
  ];
}
