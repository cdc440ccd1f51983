import type { Grant } from "../core/access/grant.ts";
import type { Instant } from "../core/time.ts";

/*
 * What access needs of a store. One call is one transaction; time is an argument; a write carries its
 * audit row, so that no change is without one.
 */

export type IdentityKind = "root" | "user" | "service-account";

/** Somebody who can log in. E-mails are kept in lower case. */
export interface Identity {
  /** undefined: root, who is at home in every organization. */
  readonly organization: string | undefined;
  readonly email: string;
  readonly kind: IdentityKind;
  /** May do everything within the organization. */
  readonly admin: boolean;
  readonly firstName: string;
  readonly lastName: string;
  /** Of the password or token; argon2id in its own text form. */
  readonly secretHash: string;
  /** The first four characters of a service account's token. */
  readonly hint: string | undefined;
  /** Held directly, sorted; those of roles come on top. */
  readonly permissions: readonly Grant[];
  /** The scope whose repository declares it. */
  readonly managedBy: string | undefined;
  readonly createdAt: Instant;
  /** Goes up with every change. */
  readonly revision: number;
}

/** An identity and all that it may do: its own permissions and those of its roles, built-in ones among them. */
export interface Known {
  readonly identity: Identity;
  readonly grants: readonly Grant[];
  /** Names of its roles, sorted. */
  readonly roles: readonly string[];
}

export interface IdentityRef {
  readonly organization: string;
  readonly email: string;
}

/** Absent: stays as it is. `managedBy: null` takes the mark off. */
export interface IdentityChange {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly secretHash?: string;
  readonly hint?: string;
  readonly permissions?: readonly Grant[];
  readonly managedBy?: string | null;
  readonly admin?: boolean;
}

/** Who did what to which object. */
export interface AuditEntry {
  readonly at: Instant;
  readonly organization: string;
  readonly actor: string;
  /** "create", "update", "delete", "rotate", "sync", "start", "retry", "cancel", "end", "login", "request", … */
  readonly action: string;
  /** `<type>:<id>`, as permissions name objects. */
  readonly object: string;
  /** Where the request came from; absent: from the server itself. */
  readonly address?: string | undefined;
  /** Absent: done. */
  readonly outcome?: "done" | "refused" | "failed" | undefined;
  /** A sentence that says more. Never the value of a secret. */
  readonly detail?: string | undefined;
  /** How often it happened, where one entry stands for many; absent: once. */
  readonly count?: number | undefined;
}
export type AuditOutcome = NonNullable<AuditEntry["outcome"]>;
export const auditOutcomes: readonly AuditOutcome[] = ["done", "refused", "failed"];

/** Which entries are asked for, newest first; what is left out does not matter. */
export interface AuditQuery {
  readonly organization: string;
  /** Then or later. */
  readonly since?: Instant | undefined;
  /** Before then. */
  readonly until?: Instant | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly object?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** Older than this entry. */
  readonly before: Pick<AuditRow, "at" | "number"> | undefined;
  readonly limit: number;
}

export interface Role {
  readonly name: string;
  readonly permissions: readonly Grant[];
  readonly users: readonly string[];
}
export interface RoleChange {
  readonly add: readonly Grant[];
  readonly remove: readonly Grant[];
  readonly addUsers: readonly string[];
  readonly removeUsers: readonly string[];
}

/** A token that acts as somebody, within one organization. */
export interface ApiToken {
  readonly id: string;
  readonly organization: string;
  /** Whom it acts as. */
  readonly email: string;
  readonly name: string;
  readonly createdAt: Instant;
  /** undefined: not known. */
  readonly createdBy: string | undefined;
  readonly expiresAt: Instant | undefined;
  /** To the minute; undefined: never used. */
  readonly lastUsedAt: Instant | undefined;
  readonly narrowed: Narrowing | undefined;
}

/** What a token may at most: less than whom it acts as, never more. A role means what it gives at the time of use. */
export type Narrowing = { readonly role: string } | { readonly permissions: readonly Grant[] };

export interface Membership {
  readonly role: string;
  readonly email: string;
}

/** Which roles somebody gets and loses. */
export interface RolesChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export type Written = "written" | "missing" | "stale";

export interface AccessStore {
  /** Makes this the one root; another e-mail's root ends, with its tokens. */
  putRoot(root: { email: string; secretHash: string; at: Instant }): Promise<void>;
  root(nothing: Record<string, never>): Promise<Identity | undefined>;
  /** Root, or the identity of that organization. */
  identify(who: IdentityRef): Promise<Known | undefined>;
  /** A token of that organization that has not expired, and the identity it acts as. */
  identifyToken(ask: { organization: string; id: string; now: Instant }): Promise<KnownByToken | undefined>;

  listIdentities(ask: { organization: string; kind: IdentityKind }): Promise<readonly Identity[]>;
  /** "exists" also for the root's e-mail. `roles`: those that it has from the start. */
  createIdentity(write: {
    identity: Identity;
    roles?: readonly string[] | undefined;
    audit: AuditEntry;
  }): Promise<"created" | "exists">;
  /** With a revision: only while it is still that one. Another `secretHash` ends its log-ins. */
  updateIdentity(
    write: IdentityRef & {
      revision: number | undefined;
      change: IdentityChange;
      roles?: RolesChange | undefined;
      audit: AuditEntry;
    },
  ): Promise<Written>;
  /** Ends whatever was logged in as this person: API tokens that act as them, and sessions. */
  endLogins(write: IdentityRef & { audit: AuditEntry }): Promise<Written>;
  /** Who has which role, of everybody. */
  listMemberships(ask: { organization: string }): Promise<readonly Membership[]>;
  /** Ends its tokens and its places in roles as well. */
  deleteIdentity(write: IdentityRef & { revision: number | undefined; audit: AuditEntry }): Promise<Written>;

  /** Own ones: the built-in ones are always there. */
  listRoles(ask: { organization: string }): Promise<readonly string[]>;
  /** Built-in ones as well. */
  findRole(ask: RoleRef): Promise<Role | undefined>;
  rolesOf(who: IdentityRef): Promise<readonly string[]>;
  createRole(write: RoleRef & { audit: AuditEntry }): Promise<"created" | "exists">;
  updateRole(write: RoleRef & { change: RoleChange; audit: AuditEntry }): Promise<Written>;
  deleteRole(write: RoleRef & { audit: AuditEntry }): Promise<Written>;

  createToken(write: { token: ApiToken; tokenHash: string; audit: AuditEntry }): Promise<void>;
  /** Of one person; with `email: undefined`, of everybody. */
  listTokens(ask: { organization: string; email: string | undefined }): Promise<readonly ApiToken[]>;
  deleteToken(write: { organization: string; id: string; audit: AuditEntry }): Promise<Written>;
  /** Writes down when it was used last, unless something later is written there. */
  touchToken(write: { id: string; at: Instant }): Promise<void>;

  /** The address of a receiver that is good now; undefined: none was made. */
  receiverAddress(ask: ReceiverRef): Promise<ReceiverAddress | undefined>;
  /** Makes the first one, or with `anew` the next, which ends the one before; answers what is good now. */
  makeReceiverAddress(
    write: ReceiverRef & { anew: boolean; audit: Omit<AuditEntry, "action"> },
  ): Promise<ReceiverAddress>;

  /** Marks an action as a person's favourite. */
  putStar(write: IdentityRef & { actionId: string; at: Instant }): Promise<"written" | "missing">;
  removeStar(write: IdentityRef & { actionId: string }): Promise<void>;
  /** Ids of the actions that a person has marked. */
  listStars(who: IdentityRef): Promise<readonly string[]>;

  /** For changes of other areas. */
  recordAudit(entry: AuditEntry): Promise<void>;
  readAudit(ask: AuditQuery): Promise<readonly AuditRow[]>;

  /** What the secret key of this store looks like from outside; undefined before the first start. */
  keyCheck(nothing: Record<string, never>): Promise<string | undefined>;
  setKeyCheck(check: { text: string }): Promise<void>;
}

/** A secret that is kept here, without its value. */
export interface StoredSecret {
  readonly name: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly updatedAt: Instant;
  readonly updatedBy: string;
}
/** A value that only the server's secret key opens, and what it belongs to. */
export interface SealedSecret {
  readonly organization: string;
  readonly name: string;
  readonly sealed: string;
}
/** Everything that is sealed with the secret key. */
export interface SealedContents {
  readonly secrets: readonly SealedSecret[];
  /** Of runs. */
  readonly parameters: readonly SealedParameters[];
  /** That the audit is sealed with. */
  readonly auditKeys: readonly SealedAuditKey[];
}
export interface SealedAuditKey {
  readonly number: number;
  readonly sealed: string;
}
export interface SealedParameters {
  readonly run: string;
  readonly sealed: string;
}

/** What secrets need of a store: it sees sealed values only. */
export interface SecretStore {
  /** By name. */
  list(ask: { organization: string }): Promise<readonly StoredSecret[]>;
  /** Those of these names that are kept. */
  read(ask: { organization: string; names: readonly string[] }): Promise<readonly SealedSecret[]>;
  /** The audit says "create" where there was none of this name. */
  put(write: { secret: SealedSecret; audit: Omit<AuditEntry, "action"> }): Promise<StoredSecret>;
  delete(write: { organization: string; name: string; audit: AuditEntry }): Promise<Written>;

  sealedContents(nothing: Record<string, never>): Promise<SealedContents>;
  /**
   * Puts what is sealed anew in place of what was, and the new key's check in place of `from`, all or nothing.
   * Rejects with code KEY_MOVED when the check is another one or something that is sealed was left out.
   */
  reseal(write: { from: string; to: string; contents: SealedContents }): Promise<void>;
}
export interface ReceiverRef {
  readonly organization: string;
  readonly receiver: string;
}
/** What the signature of a receiver's address is made of, beside the server's key. */
export interface ReceiverAddress {
  /** From 1. */
  readonly generation: number;
  readonly madeAt: Instant;
  readonly madeBy: string;
}
export interface RoleRef {
  readonly organization: string;
  readonly name: string;
}
export interface KnownByToken extends Known {
  readonly token: ApiToken;
  /** What the token may at most, as of now; undefined: all that whom it acts as may. */
  readonly within: readonly Grant[] | undefined;
  readonly tokenHash: string;
}
export interface AuditRow extends AuditEntry {
  /** From 1, in order of writing. */
  readonly number: number;
}
