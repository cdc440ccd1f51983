import type { Milliseconds } from "../../core/time.ts";

/** How long an allowance lasts, ms. */
const period: Milliseconds = 60_000;

/**
 * So many sends a minute for each person; a refused one does not count. Answers how many seconds to wait, 0 for none.
 * `now` gives milliseconds.
 */
export function sendLimit(most: number, now: () => Milliseconds): (person: string) => number {
  const windows = new Map<string, { readonly since: Milliseconds; sent: number }>();
  return (person) => {
    const at = now();
    for (const [key, { since }] of windows) if (at - since >= period) windows.delete(key);
    const open = windows.get(person) ?? { since: at, sent: 0 };
    if (open.sent >= most) return Math.ceil((open.since + period - at) / 1000);
    open.sent += 1;
    windows.set(person, open);
    return 0;
  };
}
