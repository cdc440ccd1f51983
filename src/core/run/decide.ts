import type { Retries } from "../action/action.ts";
import { isAsked } from "../approval/run-approval.ts";
import { after, type Instant } from "../time.ts";
import { backOff } from "./back-off.ts";
import type { Change } from "./change.ts";
import { approve, expire, reject, voided } from "./decide-approval.ts";
import { makeChange } from "./make-change.ts";
import type { Refusal } from "./refusal.ts";
import { type Cause, isFinal, type Run, type RunState } from "./run.ts";
import type { RunEvent } from "./run-event.ts";

/*
 *         due, approve           claimed                ended
 *  waiting ────────▶ queued ────────────────▶ running ─────────▶ succeeded, failed, timed_out, cancelled
 *     │  │              │ ▲                    │  │ ▲ │   denied
 *     │  │              │ └────────────────────┘  └─┘ ├─────────▶ failed
 *     │  │              │    ended or lost,    started,   lost
 *     │  │              │    attempts left;     cancel,└─────────▶ interrupted (cancelled once a cancel was asked)
 *     │  │              │    paused, resumed   overtime
 *     │  │  cancel,     │   (a runbook that has begun stays queued, to clean up)
 *     │  ├──────────────┴──▶ cancelled (cancel, replaced, withdrawn), skipped (skip), failed (denied)
 *     │  │
 *     │  └────────────────▶ expired (expire)
 *     └───────────────────▶ rejected (reject)
 *
 * A run that waits for people stays waiting with each `approve` below its quorum. `voided` asks them anew, also about
 * one that is queued and has not begun.
 *
 * On the right are the final states: nothing leaves them, so the first cause of an end wins.
 */
export const arrows: Readonly<Record<RunState, readonly RunState[]>> = {
  waiting: ["waiting", "queued", "cancelled", "skipped", "failed", "rejected", "expired"],
  queued: ["waiting", "running", "queued", "cancelled", "skipped", "failed"],
  running: ["running", "queued", "succeeded", "failed", "timed_out", "cancelled", "interrupted"],
  succeeded: [],
  failed: [],
  timed_out: [],
  cancelled: [],
  skipped: [],
  rejected: [],
  expired: [],
  interrupted: [],
};

/** What `event`, happening at `now`, makes of `run`. */
export function decide(run: Run, event: RunEvent, now: Instant): Change | Refusal {
  if (isFinal(run.state)) {
    return { refused: "ENDED", message: `The run has already ended: ${run.state}.` };
  }
  if (now < run.dueAt && (event.kind === "due" || event.kind === "claimed")) {
    return { refused: "NOT_NOW", message: "The run is not due yet." };
  }
  return byKind[event.kind](run, event as never, now);
}

type Decider<Kind extends RunEvent["kind"]> = (
  run: Run,
  event: Extract<RunEvent, { kind: Kind }>,
  now: Instant,
) => Change | Refusal;

const byKind: { readonly [Kind in RunEvent["kind"]]: Decider<Kind> } = {
  due: (run, event, now) =>
    run.state === "waiting" && !isAsked(run.approval)
      ? makeChange(run, now, "queued", undefined, event, {})
      : notNow(run, event),

  claimed: (run, event, now) =>
    run.state === "queued" && !isAsked(run.approval)
      ? makeChange(run, now, "running", run.cancelAsked ? run.reason : undefined, event, {})
      : notNow(run, event),

  started: (run, event, now) =>
    run.state === "running"
      ? makeChange(run, now, "running", run.reason, event, { startedAt: run.startedAt ?? now })
      : notNow(run, event),

  denied: (run, event, now) =>
    run.cancelAsked
      ? makeChange(run, now, "cancelled", run.reason, event)
      : makeChange(run, now, "failed", event.reason, event),

  ended: (run, event, now) => (run.state === "running" ? ended(run, event, now) : notNow(run, event)),

  lost(run, event, now) {
    if (run.state !== "running") return notNow(run, event);
    const patch = { cause: "lost" } as const;
    if (run.cancelAsked) return makeChange(run, now, "cancelled", run.reason ?? event.reason, event, patch);
    return (
      again(run, event, event.reason, patch, now) ??
      makeChange(run, now, "interrupted", event.reason, event, patch)
    );
  },

  overtime: (run, event, now) =>
    run.state === "running" && run.cause === undefined
      ? makeChange(run, now, "running", run.reason, event, { cause: event.failed ? "failed" : "timed_out" })
      : notNow(run, event),

  paused: (run, event, now) =>
    run.state === "running" && !run.cancelAsked
      ? makeChange(run, now, "queued", run.reason, event, { dueAt: event.until })
      : notNow(run, event),

  resumed: (run, event, now) =>
    run.state === "running"
      ? makeChange(run, now, "queued", run.cancelAsked ? run.reason : event.reason, event, {
          dueAt: event.at,
        })
      : notNow(run, event),

  cancel: (run, event, now) => cancel(run, event, `Cancelled by ${event.by}.`, now),

  replaced: (run, event, now) =>
    cancel(run, event, `Cancelled: run ${event.by} of the same action replaces it.`, now),

  withdrawn: (run, event, now) => cancel(run, event, "Cancelled: its action was deleted.", now),

  skip: (run, event, now) =>
    run.state === "running"
      ? notNow(run, event)
      : makeChange(run, now, "skipped", event.reason, { kind: event.kind }, {}),

  approve,
  reject,
  expire,
  voided,
};

/**
 * What has not started ends at once; what runs is only asked to, and its worker tells how it ended. So does a runbook
 * that has begun and waits to go on: it may have something to clean up.
 */
function cancel(run: Run, event: RunEvent, reason: string, now: Instant): Change | Refusal {
  if (run.cancelAsked) return { refused: "ALREADY", message: "The run is being cancelled already." };
  if (run.state === "running") return makeChange(run, now, "running", reason, event, { cancelAsked: true });
  const hasBegun = run.state === "queued" && run.progress !== undefined;
  return hasBegun
    ? makeChange(run, now, "queued", reason, event, { cancelAsked: true, dueAt: now })
    : makeChange(run, now, "cancelled", reason, event);
}

const stateAfter: Readonly<Record<Cause, RunState>> = {
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "timed_out",
  cancelled: "cancelled",
  out_of_memory: "failed",
  output_limit: "failed",
  not_started: "failed",
  lost: "interrupted",
};

function ended(run: Run, event: Extract<RunEvent, { kind: "ended" }>, now: Instant): Change {
  const { end, reason, ...rest } = event.end;
  const measured = { cause: end, ...rest };
  const to = end === "lost" && run.cancelAsked ? "cancelled" : stateAfter[end];
  const told = { kind: event.kind, end, attempt: run.attempt };
  if (to === "succeeded") return makeChange(run, now, to, undefined, told, measured);
  if (to === "cancelled") {
    return makeChange(
      run,
      now,
      to,
      (run.cancelAsked ? run.reason : undefined) ?? reason ?? "Cancelled.",
      told,
      measured,
    );
  }
  const why = reason ?? `The execution ended: ${end.replaceAll("_", " ")}.`;
  const retry = run.cancelAsked ? undefined : again(run, event, why, measured, now);
  return retry ?? makeChange(run, now, to, why, told, measured);
}

/** The next attempt, after its pause; undefined when none is left. */
function again(
  run: Run,
  event: Extract<RunEvent, { retries: Retries }>,
  reason: string,
  measured: Change["patch"],
  now: Instant,
): Change | undefined {
  const pause = backOff(event.retries, run.attempt);
  if (pause === undefined) return undefined;
  const why = `Attempt ${run.attempt} of ${event.retries.limit + 1}: ${reason}`;
  const patch = { ...measured, attempt: run.attempt + 1, dueAt: after(now, pause) };
  return makeChange(run, now, "queued", why, { kind: event.kind, attempt: run.attempt, reason }, patch);
}

const notNow = (run: Run, event: RunEvent): Refusal => ({
  refused: "NOT_NOW",
  message: `"${event.kind}" does not apply to a run that is ${run.state}.`,
});
