import type { Instant } from "../../core/time.ts";
import type { AuditEntry, Known, Written } from "../ports.ts";

/** Somebody who is signed in with a browser. */
export interface Session {
  /** Names it, and is no secret. */
  readonly id: string;
  /** Where its person is at home; undefined: root, who is so everywhere. */
  readonly organization: string | undefined;
  readonly email: string;
  readonly signedInBy: "password" | "oidc";
  readonly createdAt: Instant;
  /** To the minute. */
  readonly lastUsedAt: Instant;
  /** It ends then unless it is used before. */
  readonly idleUntil: Instant;
  /** It ends then whatever happens. */
  readonly expiresAt: Instant;
  readonly address: string;
  readonly userAgent: string;
}

/** Whose sessions; undefined: root's. */
export interface Person {
  readonly organization: string | undefined;
  readonly email: string;
}

export interface NewSession {
  readonly session: Session;
  /** SHA-256 of the secret in the cookie, hex. */
  readonly secretHash: string;
  /** How many of one person are kept; the ones used longest ago end. */
  readonly most: number;
}

/** What somebody's provider says of them. */
export interface ProvenPerson {
  readonly organization: string;
  readonly issuer: string;
  readonly subject: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Roles that their groups stand for. Those that the organization does not have give nothing. */
  readonly roles: readonly string[];
  /** Of a password that nobody knows, for a person that is made now. */
  readonly secretHash: string;
}

/**
 * Why somebody whom the provider knows is not let in: their e-mail is root's, is that of a login that was not made for
 * this, or belongs to another account of the provider.
 */
export type SignInRefusal = "root" | "not-of-provider" | "other-account";
export type SignedIn =
  | { readonly session: Session; readonly missingRoles: readonly string[] }
  | { readonly refused: SignInRefusal };

/** What sessions need of a store. A session is never found by its secret, but by the hash of it. */
export interface SessionStore {
  /** "missing": there is no such person any more. */
  start(write: NewSession & { audit: AuditEntry }): Promise<Written>;
  /** A session that has not ended, of somebody who belongs to that organization and is still who they were. */
  find(ask: { organization: string; secretHash: string; now: Instant }): Promise<KnownBySession | undefined>;
  /** Notes that it was used. */
  touch(write: { id: string; at: Instant; idleUntil: Instant }): Promise<void>;
  /** Ends the one with this secret, whoever has it; answers which it was. */
  end(write: {
    secretHash: string;
    audit: Omit<AuditEntry, "actor" | "organization" | "object">;
  }): Promise<Session | undefined>;
  /** Ends one of a person's. */
  endOne(write: Person & { id: string; audit: AuditEntry }): Promise<Written>;
  /** Ends all of a person's; how many there were. */
  endAll(write: Person & { audit: AuditEntry }): Promise<number>;
  /** Those of a person that have not ended, the one used last first. */
  list(ask: Person & { now: Instant }): Promise<readonly Session[]>;
  /** Every organization that has people, actions or service accounts, sorted. */
  organizations(nothing: Record<string, never>): Promise<readonly string[]>;
  /**
   * Makes or renews the person whom a provider vouches for, with the roles that the provider gives, and signs them
   * in: all of it or nothing.
   */
  signIn(write: {
    person: ProvenPerson;
    session: Omit<NewSession, "session"> & { session: Omit<Session, "email" | "organization"> };
    audit: Omit<AuditEntry, "actor" | "object">;
  }): Promise<SignedIn>;
}

export interface KnownBySession extends Known {
  readonly session: Session;
}
