import type { Milliseconds } from "../core/time.ts";
import { AccessError } from "./access-error.ts";
import { type FailureLimits, failedLogins } from "./failed-logins.ts";
import { fairGate } from "./fair-gate.ts";
import { networkOf } from "./network-of.ts";

/** Of one account from one place: guessing goes on at this pace, and hinders nobody elsewhere. */
export const perPair: FailureLimits = { burst: 10, every: 6_000 };
/** The same where somebody has logged in before: that is where a person mistypes. */
export const perKnownPair: FailureLimits = { burst: 50, every: 6_000 };
/** Of one place, over all accounts that never logged in there. Empties faster than one pair can fill it. */
export const perPlace: FailureLimits = { burst: 20, every: 3_000 };

/** Each takes about 20 ms of one processor and 19 MiB. */
const verifying = { atOnce: 2, waiting: 64, fromOne: 8 };
/** Pairs remembered; about 2 MB. */
const capacity = 20_000;

export interface LoginAttempt {
  /** Whom it claims to be; of a token its id. */
  readonly account: string;
  readonly address: string;
}
/** Verifies within the limits. @throws AccessError TOO_MANY_FAILURES. */
export type LoginGuard = (attempt: LoginAttempt, verify: () => Promise<boolean>) => Promise<boolean>;

/**
 * Slows guessing down without a way to lock somebody else out. Nothing is counted for an account alone: only for an
 * account from one place, and for a place. Whoever knows the password gets in from anywhere else, however much others
 * guess; where they got in before, not even those who share their address hinder them. What guessing costs the server
 * is bounded by a gate that lets those go first.
 */
export function loginGuard(now: () => Milliseconds, random: () => number = Math.random): LoginGuard {
  const failures = failedLogins(now);
  const gate = fairGate(verifying, random);
  const known = new Set<string>();

  return async ({ account, address }, verify) => {
    const place = networkOf(address);
    const pair = JSON.stringify([account, place]);
    const isKnown = known.has(pair);
    const counted = [failures.begin(`pair ${pair}`, isKnown ? perKnownPair : perPair)];
    if (!isKnown) counted.push(failures.begin(`place ${place}`, perPlace));
    const forgive = () => {
      for (const one of counted) one.forgive();
    };
    const wait = Math.max(...counted.map((one) => one.wait));
    if (wait > 0) {
      forgive();
      const seconds = Math.ceil(wait / 1000);
      throw tooMany(`Too many failed logins: try again in ${seconds} s`, seconds);
    }
    const verdict = await gate({ known: isKnown, from: place }, verify);
    if (verdict === false) return false;
    forgive();
    if (verdict === "full") throw tooMany("Too many logins at once: try again in 2 s", 2);
    known.delete(pair);
    known.add(pair);
    const oldest = known.size > capacity ? known.values().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    return true;
  };
}

const tooMany = (message: string, seconds: number): AccessError =>
  new AccessError("TOO_MANY_FAILURES", message, seconds);
