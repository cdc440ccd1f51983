import type { Instant } from "../../core/time.ts";
import type { AuditChainStore, AuditSeal } from "../ports/audit-chain.ts";
import type { OpenAuditKey } from "./audit-keys.ts";
import { sealOf } from "./chain.ts";

/** Entries of one seal at most: what one call hands between threads. */
export const mostPerSeal = 500;

/**
 * Seals what was written since the last seal. It reads what is there and adds what follows from it, so that it may be
 * stopped at any moment and go on later. Answers the newest seal.
 */
export async function sealAudit(
  store: Pick<AuditChainStore, "extent" | "rows" | "addSeal">,
  key: OpenAuditKey,
  now: Instant,
  signal?: AbortSignal,
): Promise<AuditSeal | undefined> {
  let { lastSeal: last } = await store.extent({});
  for (;;) {
    const rows = await store.rows({ after: last?.last ?? 0, limit: mostPerSeal });
    if (rows.length === 0 || signal?.aborted) return last;
    const seal = sealOf(key, last, rows, now);
    if ((await store.addSeal(seal)) === "moved") return (await store.extent({})).lastSeal;
    last = seal;
  }
}
