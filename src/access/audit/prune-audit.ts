import { after, type Instant } from "../../core/time.ts";
import type { AuditChainStore } from "../ports/audit-chain.ts";
import type { OpenAuditKey } from "./audit-keys.ts";
import { prunedMark } from "./chain.ts";

const day = 24 * 60 * 60 * 1000;

/**
 * Takes off entries that are older than `days`, whole seals at a time, and keeps the last of those seals, so that the
 * rest is verified from there. Never what is not sealed.
 */
export async function pruneAudit(
  store: Pick<AuditChainStore, "prunable" | "prune">,
  key: OpenAuditKey,
  days: number,
  now: Instant,
  signal: AbortSignal,
): Promise<void> {
  const before = after(now, -days * day);
  while (!signal.aborted) {
    const seal = await store.prunable({ before });
    if (seal === undefined) return;
    const pruned = { seal: seal.number, last: seal.last, key: key.number };
    await store.prune({
      ...pruned,
      mark: prunedMark(key.key, seal.hash, pruned),
      audit: {
        at: now,
        organization: "default",
        actor: "system",
        action: "prune",
        object: "audit:all",
        detail: `entries up to ${seal.last}, older than ${days} days`,
      },
    });
  }
}
