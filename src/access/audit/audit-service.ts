import { after, type Instant } from "../../core/time.ts";
import type { AuditChainStore } from "../ports/audit-chain.ts";
import type { Seal } from "../secrets/seal.ts";
import { type AuditKeys, openAuditKeys } from "./audit-keys.ts";
import { pruneAudit } from "./prune-audit.ts";
import { sealAudit } from "./seal-audit.ts";
import { type AuditVerdict, verifyAudit } from "./verify-audit.ts";

/** Tells the time and wakes up; tests turn it by hand. */
export interface AuditClock {
  now(): Instant;
  /** Calls `ring` once, at `at` or soon after; the answer takes it back. */
  alarm(at: Instant, ring: () => void): () => void;
}
export interface AuditServiceNeeds {
  readonly store: AuditChainStore;
  /** With the server's secret key, for purpose "audit key". */
  readonly seal: Seal;
  readonly clock: AuditClock;
  /** Entries older than that are taken off; undefined: they are kept for ever. */
  readonly days: number | undefined;
  /** Told what went wrong; it is tried again. */
  report(what: string, error: unknown): void;
  /** Told the newest seal when a day of the server's life is over and when it starts: for a log that is kept elsewhere. */
  noteHead(head: { readonly seal: number; readonly hash: string }): void;
}
export interface AuditService {
  /** Seals from now on, in the background. Idempotent. */
  start(): void;
  /** Seals what is left, and no more afterwards. Idempotent. */
  stop(): Promise<void>;
  /** Seals what is left before, so that the head of the verdict stands for everything. */
  verify(noted: { readonly seal: number; readonly hash: string } | undefined): Promise<AuditVerdict>;
}

/** How long an entry waits for its seal at most, ms: until then whoever can write the file can alter it unseen. */
export const sealEvery = 10_000;
const day = 24 * 60 * 60 * 1000;

/** Seals the audit in the background, prunes it where that was asked for, and verifies it. */
export function auditService(needs: AuditServiceNeeds): AuditService {
  const { store, clock, days, report } = needs;
  const stopping = new AbortController();
  let opening: Promise<AuditKeys> | undefined;
  let working: Promise<void> | undefined;
  let takeBack: () => void = () => undefined;
  let toldAt: Instant | undefined;
  let prunedAt: Instant | undefined;

  const keys = () => {
    opening ??= openAuditKeys(store, needs.seal, clock.now());
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
  const seal = async (signal?: AbortSignal) => sealAudit(store, (await keys()).current, clock.now(), signal);

  /** Once at the start, then once a day. */
  const daily = async (head: { number: number; hash: string } | undefined) => {
    const isDue = (last: Instant | undefined) => last === undefined || clock.now() >= after(last, day);
    if (isDue(toldAt)) {
      toldAt = clock.now();
      if (head !== undefined) needs.noteHead({ seal: head.number, hash: head.hash });
    }
    if (days === undefined || !isDue(prunedAt)) return;
    await pruneAudit(store, (await keys()).current, days, clock.now(), stopping.signal);
    prunedAt = clock.now();
  };
  const work = async () => {
    try {
      await daily(await seal(stopping.signal));
    } catch (error) {
      report("sealing the audit", error);
    }
    if (!stopping.signal.aborted) takeBack = clock.alarm(after(clock.now(), sealEvery), begin);
  };
  const begin = () => {
    working = work();
  };

  return {
    start() {
      if (working === undefined && !stopping.signal.aborted) begin();
    },
    async stop() {
      if (stopping.signal.aborted) return working;
      stopping.abort();
      takeBack();
      const before = working;
      working = (async () => {
        await before;
        await seal().catch((error: unknown) => report("sealing the audit", error));
      })();
      return working;
    },
    async verify(noted) {
      await seal();
      return verifyAudit(store, await keys(), noted);
    },
  };
}
