import type { Instant } from "../core/time.ts";
import type { RunBlobs, RunLog } from "./ports/run-files.ts";
import type { RunStore } from "./ports/run-store.ts";
import type { Retention } from "./service.ts";

/**
 * Forgets runs that history need not keep. Their files go first: what a crash leaves half done is found again by
 * its row.
 */
export async function forgetOldRuns(
  { store, log, blobs }: { store: RunStore; log: RunLog; blobs: RunBlobs },
  { keep, days }: Retention,
  now: Instant,
  signal: AbortSignal,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const { runs, next } = await store.outdated({ keep, days, now, after: cursor });
    if (runs.length > 0) {
      await log.remove(runs);
      await blobs.remove(runs);
      await store.remove(runs);
    }
    cursor = next;
  } while (cursor !== undefined && !signal.aborted);
}
