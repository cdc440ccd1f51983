import type { Approval } from "../action/action.ts";
import { after, type Instant } from "../time.ts";
import type { Pins, RunApproval } from "./run-approval.ts";

export interface Asking {
  /** What the action says. */
  readonly action: Approval | undefined;
  /** What starts it demands by itself: an alert's link with `start: approval`. */
  readonly demanded: Approval | undefined;
  readonly pins: Pins;
  readonly now: Instant;
  readonly notBefore: Instant | undefined;
}

/** The question that a new run has to wait for; undefined: nobody is asked. */
export function askApproval({ action, demanded, pins, now, notBefore }: Asking): RunApproval | undefined {
  const terms = termsOf(action, demanded);
  if (terms === undefined) return undefined;
  const { approvers, quorum, expires, onExpiry } = terms;
  return {
    approvers,
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

/**
 * Where both demand it the stricter wins, term by term. An action that does not require approval by itself
 * (`required: false`) still says on which terms people are asked when a link demands it.
 */
function termsOf(action: Approval | undefined, demanded: Approval | undefined): Approval | undefined {
  if (demanded === undefined || !demanded.required) return action?.required ? action : undefined;
  if (action === undefined) return demanded;
  if (!action.required) return { ...action, required: true };
  return {
    required: true,
    approvers: action.approvers.length > 0 ? action.approvers : demanded.approvers,
    quorum: Math.max(action.quorum, demanded.quorum),
    expires: Math.min(action.expires, demanded.expires),
    onExpiry: action.onExpiry === "reject" || demanded.onExpiry === "reject" ? "reject" : "approve",
  };
}
