import { after } from "../../core/time.ts";
import type { Clock } from "../ports/around.ts";

/** An installer gives up before, ms. */
const longestPreparation = 15 * 60_000;

/** Rejects `over` and aborts its signal when `signal` does, or when preparing takes too long. */
export function bounded(clock: Clock, signal: AbortSignal) {
  const own = new AbortController();
  const over = new Promise<never>((_, reject) => {
    own.signal.addEventListener("abort", () => reject(new Error("it took too long.")));
  });
  over.catch(() => undefined);
  const end = () => own.abort(signal.reason);
  const takeBack = clock.alarm(after(clock.now(), longestPreparation), end);
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return {
    signal: own.signal,
    over,
    stop() {
      takeBack();
      signal.removeEventListener("abort", end);
    },
  };
}
