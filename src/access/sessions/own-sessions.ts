import type { Instant } from "../../core/time.ts";
import { AccessError } from "../access-error.ts";
import type { Session, SessionStore } from "../ports/sessions.ts";
import { type Principal, requireWithin } from "../principal.ts";
import { personOf } from "./sessions.ts";

export interface OwnSessionsAsk {
  readonly store: SessionStore;
  readonly principal: Principal;
  readonly now: Instant;
}

/** One's own sessions, the one used last first. @throws AccessError FORBIDDEN with a token that is narrowed. */
export async function listSessions({ store, principal, now }: OwnSessionsAsk): Promise<readonly Session[]> {
  requireWithin(principal, { type: "user", id: principal.email, verb: "Get" });
  return isPerson(principal) ? store.list({ ...personOf(principal), now }) : [];
}

/** Logs out everywhere; answers how many sessions ended. */
export async function endSessions(ask: OwnSessionsAsk): Promise<number> {
  requirePerson(ask.principal);
  return ask.store.endAll({ ...personOf(ask.principal), audit: audit(ask, `user:${ask.principal.email}`) });
}

/** Ends one of one's own sessions. @throws AccessError MISSING. */
export async function endOwnSession(ask: OwnSessionsAsk, id: string): Promise<void> {
  requirePerson(ask.principal);
  const write = { ...personOf(ask.principal), id, audit: audit(ask, `session:${id}`) };
  if ((await ask.store.endOne(write)) !== "written") throw new AccessError("MISSING", "Session not found");
}

/** The organizations that somebody can act in, sorted. */
export async function organizationsOf({ store, principal }: OwnSessionsAsk): Promise<readonly string[]> {
  const { kind, organization } = principal;
  if (kind !== "root") return [organization];
  return [...new Set([...(await store.organizations({})), "default", organization])].sort();
}

const isPerson = ({ kind }: Principal): boolean => kind !== "service-account";

/** A run acts as its service account, and that has no sessions. */
function requirePerson(principal: Principal): void {
  if (!isPerson(principal)) throw new AccessError("FORBIDDEN", "A service account has no sessions");
  requireWithin(principal, { type: "user", id: principal.email, verb: "Put" });
}

const audit = ({ principal, now }: OwnSessionsAsk, object: string) => ({
  at: now,
  organization: principal.organization,
  actor: principal.email,
  action: "logout",
  object,
  address: principal.address,
});
