import { after, type Instant, type Milliseconds } from "../../core/time.ts";
import { AccessError } from "../access-error.ts";
import { newSecret } from "../new-secret.ts";
import type { Person, ProvenPerson, Session, SessionStore, SignInRefusal } from "../ports/sessions.ts";
import type { AuditEntry } from "../ports.ts";
import type { Principal } from "../principal.ts";
import { hashSecret } from "../secret-hash.ts";
import { hashSessionSecret, isSessionSecret, newSessionSecret } from "./session-secret.ts";

export interface SessionLimits {
  /** A session that is not used for so long ends. */
  readonly idle: Milliseconds;
  /** It ends after so long whatever happens. */
  readonly lifetime: Milliseconds;
}
/** Sessions of one person at once. */
const mostSessions = 20;
const longestUserAgent = 200;

export interface SessionAsk {
  readonly store: SessionStore;
  readonly now: Instant;
  readonly limits: SessionLimits;
  /** Gives a KSUID. */
  readonly newId: () => string;
}
/** The browser that somebody signs in with. */
export interface Browser {
  readonly address: string;
  readonly userAgent: string | undefined;
}
export interface StartedSession {
  readonly session: Session;
  /** For the cookie; kept nowhere. */
  readonly secret: string;
}

/** Whose sessions a principal's are. */
export const personOf = ({ kind, organization, email }: Principal): Person => ({
  organization: kind === "root" ? undefined : organization,
  email,
});

/**
 * Signs in somebody who has proved who they are. The secret is always a new one, so that nobody can have put theirs
 * there before. @throws AccessError FORBIDDEN for whoever is no person.
 */
export async function startSession(
  ask: SessionAsk,
  principal: Principal,
  browser: Browser,
): Promise<StartedSession> {
  if (principal.kind === "service-account" || principal.via !== "secret")
    throw new AccessError(
      "FORBIDDEN",
      "Only people sign in here. A service account's token goes into the Authorization header",
    );
  const { secret, secretHash, ...opened } = open(ask, "password", browser);
  const session: Session = { ...opened, ...personOf(principal) };
  const { organization, email } = principal;
  const audit: AuditEntry = {
    at: ask.now,
    organization,
    actor: email,
    action: "login",
    object: `user:${email}`,
    address: browser.address,
  };
  const written = await ask.store.start({ session, secretHash, most: mostSessions, audit });
  if (written !== "written") throw new AccessError("UNAUTHENTICATED", "Unauthorized Access");
  return { session, secret };
}

/** Signs in whom a provider vouches for, or says why not. */
export async function signInProven(
  ask: SessionAsk,
  proven: Omit<ProvenPerson, "secretHash">,
  browser: Browser,
): Promise<
  (StartedSession & { readonly missingRoles: readonly string[] }) | { readonly refused: SignInRefusal }
> {
  const { secret, secretHash, ...session } = open(ask, "oidc", browser);
  // Nobody knows it, and to guess at it takes as long as with everybody else.
  const person = { ...proven, secretHash: await hashSecret(newSecret(32)) };
  const signedIn = await ask.store.signIn({
    person,
    session: { session, secretHash, most: mostSessions },
    audit: { at: ask.now, organization: person.organization, action: "login", address: browser.address },
  });
  return "refused" in signedIn ? signedIn : { ...signedIn, secret };
}

/** Ends the session of this secret, if there is one; answers which it was. */
export async function endSession(
  { store, now }: Pick<SessionAsk, "store" | "now">,
  secret: string | undefined,
  address: string,
): Promise<Session | undefined> {
  if (secret === undefined || !isSessionSecret(secret)) return undefined;
  return store.end({
    secretHash: hashSessionSecret(secret),
    audit: { at: now, action: "logout", address },
  });
}

function open({ now, limits, newId }: SessionAsk, signedInBy: Session["signedInBy"], browser: Browser) {
  const secret = newSessionSecret();
  const expiresAt = after(now, limits.lifetime);
  return {
    secret,
    secretHash: hashSessionSecret(secret),
    id: newId(),
    signedInBy,
    createdAt: now,
    lastUsedAt: now,
    idleUntil: Math.min(after(now, limits.idle), expiresAt),
    expiresAt,
    address: browser.address,
    userAgent: plain(browser.userAgent ?? ""),
  };
}

/** A browser writes whatever it likes there; a list of it goes to terminals and pages. */
const plain = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?").slice(0, longestUserAgent);
