import { fromMilliseconds, toMilliseconds } from "../core/time.ts";
import type { Clock } from "./ports/around.ts";

/** Longest sleep: a clock that was set, or a machine that slept, is noticed after this. */
const longest = 60_000;

/** The machine's clock. */
export const systemClock = (): Clock => ({
  now: () => fromMilliseconds(Date.now()),
  alarm(at, ring) {
    let timer: NodeJS.Timeout;
    const sleep = () => {
      // One more, so that the rounding of instants never wakes it a moment early.
      const left = toMilliseconds(at) - Date.now() + 1;
      timer = left > longest ? setTimeout(sleep, longest) : setTimeout(ring, Math.max(0, left));
    };
    sleep();
    return () => clearTimeout(timer);
  },
});
