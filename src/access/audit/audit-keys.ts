import { randomBytes } from "node:crypto";
import type { Instant } from "../../core/time.ts";
import type { AuditChainStore } from "../ports/audit-chain.ts";
import { type Seal, SealError } from "../secrets/seal.ts";

export interface OpenAuditKey {
  readonly number: number;
  readonly key: Buffer;
}
/** The keys of the audit's chain; those that do not open are missing. */
export interface AuditKeys {
  readonly all: ReadonlyMap<number, Buffer>;
  /** What is sealed from now on is sealed with this one. */
  readonly current: OpenAuditKey;
}

/**
 * The keys that the audit is sealed with: random, and kept sealed with the server's secret key, so that a change of
 * that key leaves the whole chain verifiable. After such a change a new one begins: whoever knew the old secret key
 * can alter nothing that is sealed from then on, nor what those seals are linked to.
 */
export async function openAuditKeys(
  store: Pick<AuditChainStore, "keys" | "addKey">,
  seal: Seal,
  now: Instant,
): Promise<AuditKeys> {
  const kept = await store.keys({});
  const all = new Map<number, Buffer>();
  for (const { number, sealed } of kept) {
    const key = opened(seal, sealed, number);
    if (key !== undefined) all.set(number, key);
  }
  const newest = kept.at(-1);
  const usable = newest?.madeWith === seal.keyId ? all.get(newest.number) : undefined;
  if (newest !== undefined && usable !== undefined)
    return { all, current: { number: newest.number, key: usable } };
  const number = (newest?.number ?? 0) + 1;
  const key = randomBytes(32);
  await store.addKey({
    number,
    sealed: seal.seal(key, [String(number)]),
    madeWith: seal.keyId,
    at: now,
  });
  all.set(number, key);
  return { all, current: { number, key } };
}

function opened(seal: Seal, sealed: string, number: number): Buffer | undefined {
  try {
    return seal.open(sealed, [String(number)]);
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}
