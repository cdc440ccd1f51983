import type { Instant } from "../../core/time.ts";
import type { AuditEntry, AuditRow, SealedAuditKey } from "../ports.ts";

/** A stretch of the audit that was sealed. Seals are numbered from 1 without gaps, and follow one another. */
export interface AuditSeal {
  readonly number: number;
  /** Numbers of the first and last entry. */
  readonly first: number;
  readonly last: number;
  readonly at: Instant;
  /** The number of the key. */
  readonly key: number;
  /** The chain's last link: hex. */
  readonly hash: string;
  /** The beginning of the link of each entry, so that the first that was altered can be named: hex. */
  readonly marks: string;
}

export interface AuditKey extends SealedAuditKey {
  /** Id of the secret key that was the server's then. */
  readonly madeWith: string;
  readonly at: Instant;
}

/** Up to where the audit was pruned: what a whole chain begins after. */
export interface AuditPruned {
  readonly seal: number;
  readonly last: number;
  readonly key: number;
  /** Keyed hash of the above and of the seal: hex. */
  readonly mark: string;
}

/** Where the audit begins and ends. Those that were ever: entries and seals have numbers that are not given twice. */
export interface AuditExtent {
  readonly pruned: AuditPruned | undefined;
  /** undefined: there is none. */
  readonly first: number | undefined;
  readonly last: number;
  readonly lastEver: number;
  readonly lastSeal: AuditSeal | undefined;
  readonly lastSealEver: number;
}

/** What sealing and verifying the audit need of a store. One call is one transaction. */
export interface AuditChainStore {
  extent(nothing: Record<string, never>): Promise<AuditExtent>;
  /** By number, those after `after`; at most `limit`. */
  rows(ask: { after: number; through?: number | undefined; limit: number }): Promise<readonly AuditRow[]>;
  seals(ask: { after: number; limit: number }): Promise<readonly AuditSeal[]>;
  /** "moved": somebody else has sealed meanwhile. */
  addSeal(seal: AuditSeal): Promise<"added" | "moved">;
  keys(nothing: Record<string, never>): Promise<readonly AuditKey[]>;
  addKey(key: AuditKey): Promise<void>;
  /** The newest seal whose last entry is older than `before`; undefined: none that is not pruned yet. */
  prunable(ask: { before: Instant }): Promise<AuditSeal | undefined>;
  /** Takes off the oldest entries up to this seal, which stays, and says so in the audit. */
  prune(ask: AuditPruned & { audit: AuditEntry }): Promise<void>;
}
