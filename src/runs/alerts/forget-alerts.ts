import type { Instant } from "../../core/time.ts";
import type { AlertStore } from "../ports/alert-store.ts";
import type { Retention } from "../service.ts";

/** Forgets alerts that were last heard of longer ago than history is kept, bit by bit. */
export async function forgetOldAlerts(
  store: Pick<AlertStore, "forget">,
  { days }: Retention,
  now: Instant,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && (await store.forget({ days, now })));
}
