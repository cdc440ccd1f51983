import type { Instant } from "../../core/time.ts";
import { AccessError } from "../access-error.ts";
import { auditEntry } from "../audit/audit-entry.ts";
import type { Session, SessionStore } from "../ports/sessions.ts";
import { type Principal, requireWithin } from "../principal.ts";
import { personOf } from "./sessions.ts";

export interface OwnSessionsAsk {
  readonly store: SessionStore;
  readonly principal: Principal;
  readonly now: Instant;
}

/** One's own sessions, the one used last first. @throws AccessError FORBIDDEN for runs and narrowed tokens. */
export async function listSessions({ store, principal, now }: OwnSessionsAsk): Promise<readonly Session[]> {
  requireOwn(principal, "Get");
  return store.list({ ...personOf(principal), now });
}

/** Logs out everywhere; answers how many sessions ended. @throws AccessError FORBIDDEN for runs and narrowed tokens. */
export async function endSessions(ask: OwnSessionsAsk): Promise<number> {
  requireOwn(ask.principal, "Put");
  return ask.store.endAll({ ...personOf(ask.principal), audit: audit(ask, `user:${ask.principal.email}`) });
}

/**
 * Ends one of one's own sessions; answers whether there was one: that of somebody else is as if it were not there.
 * @throws AccessError FORBIDDEN for runs and narrowed tokens.
 */
export async function endOwnSession(ask: OwnSessionsAsk, id: string): Promise<boolean> {
  requireOwn(ask.principal, "Put");
  const write = { ...personOf(ask.principal), id, audit: audit(ask, `session:${id}`) };
  return (await ask.store.endOne(write)) === "written";
}

/** The organizations that somebody can act in, sorted. */
export async function organizationsOf({ store, principal }: OwnSessionsAsk): Promise<readonly string[]> {
  const { kind, organization } = principal;
  if (kind !== "root") return [organization];
  return [...new Set([...(await store.organizations({})), "default", organization])].sort();
}

/** What is one's own is open to whoever logged in as oneself: neither to a run, nor to a token that says less. */
function requireOwn(principal: Principal, verb: "Get" | "Put"): void {
  if (principal.via === "run") throw new AccessError("FORBIDDEN", "A run has no sessions");
  requireWithin(principal, { type: "user", id: principal.email, verb });
}

const audit = ({ principal, now }: OwnSessionsAsk, object: string) =>
  auditEntry(principal, now, "logout", object);
