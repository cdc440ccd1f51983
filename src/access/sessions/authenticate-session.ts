import { after, fromMilliseconds } from "../../core/time.ts";
import { AccessError } from "../access-error.ts";
import type { Attempt, Authenticate } from "../authenticate.ts";
import type { SessionStore } from "../ports/sessions.ts";
import { toPrincipal } from "../principal.ts";
import { hashSessionSecret, isSessionSecret } from "./session-secret.ts";
import type { SessionLimits } from "./sessions.ts";

export interface SessionNeeds {
  readonly store: Pick<SessionStore, "find" | "touch">;
  readonly limits: SessionLimits;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** µs between two notes that a session was used: a page asks often, and each note is a write. */
const noteEvery = 60_000_000;

/**
 * Adds sessions to the ways of logging in. An Authorization header or a signed address counts alone: who
 * sends one means it. A secret of
 * 256 bits cannot be guessed, so wrong ones are not counted; a browser that kept an old one would lock out its
 * neighbours.
 */
export function withSessions(authenticate: Authenticate, { store, limits, now }: SessionNeeds): Authenticate {
  return async (attempt: Attempt) => {
    const { authorization, signature, session: secret, organization, address } = attempt;
    if (authorization !== undefined || signature !== undefined || secret === undefined)
      return authenticate(attempt);
    const at = fromMilliseconds(now());
    const found = isSessionSecret(secret)
      ? await store.find({ organization, secretHash: hashSessionSecret(secret), now: at })
      : undefined;
    if (found === undefined) throw new AccessError("UNAUTHENTICATED", "Unauthorized Access");
    const { id, lastUsedAt, expiresAt } = found.session;
    if (at - lastUsedAt >= noteEvery)
      await store.touch({ id, at, idleUntil: Math.min(after(at, limits.idle), expiresAt) });
    return { ...toPrincipal(found, organization, "session", address), session: id };
  };
}
