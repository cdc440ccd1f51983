import { refuseVote } from "../approval/refuse-vote.ts";
import { askingReason, isAsked, type Pins, type RunApproval } from "../approval/run-approval.ts";
import { after, type Instant } from "../time.ts";
import type { Change } from "./change.ts";
import { makeChange } from "./make-change.ts";
import type { Refusal } from "./refusal.ts";
import type { Run } from "./run.ts";
import type { RunEvent } from "./run-event.ts";

/*
 * What people and time make of a run that waits for approval. `due_at` of such a run is the end of the question; once
 * it is granted, the delay that it has to keep.
 */

type Of<Kind extends RunEvent["kind"]> = Extract<RunEvent, { kind: Kind }>;

export function approve(run: Run, { voter, comment, round }: Of<"approve">, now: Instant): Change | Refusal {
  const refused = refuseVote(run, voter, round) ?? tooLate(run, now);
  const { approval } = run;
  if (refused !== undefined || approval === undefined) return notAllowed(refused);
  const votes = [...approval.votes, { by: voter.email, at: now, comment }];
  const voted = { ...approval, votes };
  const told = { kind: "approve", by: voter.email, address: voter.address, comment, round: approval.round };
  if (votes.length >= approval.quorum) return grant(run, voted, told, now);
  return makeChange(run, now, "waiting", askingReason(voted), told, { approval: voted });
}

export function reject(run: Run, { voter, reason, round }: Of<"reject">, now: Instant): Change | Refusal {
  const refused = refuseVote(run, voter, round);
  if (refused !== undefined) return notAllowed(refused);
  const why = `Rejected by ${voter.email}${reason ? `: ${reason}` : "."}`;
  const told = { kind: "reject", by: voter.email, address: voter.address, reason };
  return makeChange(run, now, "rejected", why, told);
}

/** Nobody, or not enough people, answered in time. */
export function expire(run: Run, event: Of<"expire">, now: Instant): Change | Refusal {
  const { approval } = run;
  if (run.state !== "waiting" || !isAsked(approval) || now < approval.expiresAt)
    return { refused: "NOT_NOW", message: "The question whether the run may start is not over." };
  if (approval.onExpiry === "approve") return grant(run, approval, { ...event, granted: true }, now);
  return makeChange(run, now, "expired", "Nobody approved the run in time.", event);
}

/** What was asked for is not what would run any more: whoever agreed agreed to something else, and is asked again. */
export function voided(run: Run, { reason, pins }: Of<"voided">, now: Instant): Change | Refusal {
  const { approval } = run;
  const waits = run.state === "waiting" || (run.state === "queued" && run.startedAt === undefined);
  if (approval === undefined || !waits)
    return { refused: "NOT_NOW", message: "The run has begun, or needs nobody's approval." };
  const anew = askAnew(approval, pins, now);
  const hadVotes = approval.votes.length > 0 || approval.state === "granted";
  const why = hadVotes ? `${reason}: what was approved is void. ${askingReason(anew)}` : askingReason(anew);
  return makeChange(
    run,
    now,
    "waiting",
    why,
    { kind: "voided", reason, round: anew.round },
    {
      approval: anew,
      dueAt: anew.expiresAt,
    },
  );
}

const askAnew = (approval: RunApproval, pins: Pins, now: Instant): RunApproval => ({
  ...approval,
  pins,
  state: "asked",
  votes: [],
  round: approval.round + 1,
  expiresAt: after(now, approval.window),
});

function grant(run: Run, approval: RunApproval, told: object, now: Instant): Change {
  const granted = { ...approval, state: "granted" } as const;
  const { notBefore = now } = granted;
  const waits = notBefore > now;
  return makeChange(
    run,
    now,
    waits ? "waiting" : "queued",
    waits ? "Approved; it waits for its delay." : undefined,
    told,
    {
      approval: granted,
      dueAt: waits ? notBefore : now,
    },
  );
}

const tooLate = ({ approval }: Run, now: Instant): string | undefined =>
  approval !== undefined && now >= approval.expiresAt ? "The time to approve the run is over." : undefined;

const notAllowed = (message: string | undefined): Refusal => ({
  refused: "NOT_ALLOWED",
  message: message ?? "The run needs nobody's approval.",
});
