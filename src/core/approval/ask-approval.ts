import type { Approval } from "../action/action.ts";
import { after, type Instant } from "../time.ts";
import type { Pins, RunApproval } from "./run-approval.ts";

export interface Asking {
  /** What the action says. */
  readonly action: Approval | undefined;
  /** What starts it demands by itself: an alert's link with `start: approval`. */
  readonly demanded: Approval | undefined;
  /** Who started what led to it. */
  readonly startedBy: readonly string[];
  readonly pins: Pins;
  readonly now: Instant;
  readonly notBefore: Instant | undefined;
}

/** The question that a new run has to wait for; undefined: nobody is asked. */
export function askApproval(asking: Asking): RunApproval | undefined {
  const { action, demanded, startedBy, pins, now, notBefore } = asking;
  const terms = termsOf(action, demanded);
  if (terms === undefined) return undefined;
  const { approvers, quorum, expires, onExpiry } = terms;
  return {
    approvers,
    ...(startedBy.length > 0 && { startedBy }),
    quorum,
    window: expires,
    expiresAt: after(now, expires),
    onExpiry,
    notBefore,
    pins,
    state: "asked",
    votes: [],
    round: 1,
  };
}

/** An action that asks nobody by itself (`required: false`) still says on which terms people are asked when a link does. */
function termsOf(action: Approval | undefined, demanded: Approval | undefined): Approval | undefined {
  if (!demanded?.required) return action?.required ? action : undefined;
  if (action !== undefined && !action.required) return { ...action, required: true };
  return stricter(action, demanded);
}

/** The stricter of both wins, term by term; who is asked is what the first says, where it names anybody. */
export function stricter(first: Approval | undefined, second: Approval | undefined): Approval | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    required: first.required || second.required,
    approvers: first.approvers.length > 0 ? first.approvers : second.approvers,
    quorum: Math.max(first.quorum, second.quorum),
    expires: Math.min(first.expires, second.expires),
    onExpiry: first.onExpiry === "reject" || second.onExpiry === "reject" ? "reject" : "approve",
  };
}
