import { scale } from "./scale.ts";

/** How long after the last request answers are waited for, ms; what has not come by then is lost. */
const patience = 15_000;

/** What became of the requests of one rung. */
export interface Climbed {
  /** Of all, those that failed too, ms from the instant at which each was due. */
  readonly latencies: readonly number[];
  readonly failures: readonly string[];
}

/**
 * Open loop: a request is sent at its instant whatever became of those before, and its latency counts from that
 * instant, so that a server that falls behind cannot slow down what measures it.
 */
export const openLoop = (
  perMinute: number,
  ask: (signal: AbortSignal) => Promise<unknown>,
): Promise<Climbed> =>
  atRate(Math.max(1, Math.round((perMinute * scale.rungSeconds) / 60)), 60_000 / perMinute, ask);

/** So many requests, one every `gap` ms. */
export async function atRate(
  count: number,
  gap: number,
  ask: (signal: AbortSignal) => Promise<unknown>,
): Promise<Climbed> {
  const lost = new AbortController();
  const latencies: number[] = [];
  const failures: string[] = [];
  const waiting: Promise<void>[] = [];
  const begin = performance.now() + 10;
  for (let sent = 0; sent < count; ) {
    const now = performance.now();
    for (; sent < count && begin + sent * gap <= now; sent++) {
      const intended = begin + sent * gap;
      const asked = ask(lost.signal).catch((error: Error) => {
        failures.push(lost.signal.aborted ? `no answer within ${patience / 1000} s` : error.message);
      });
      waiting.push(asked.then(() => void latencies.push(performance.now() - intended)));
    }
    await new Promise((done) => setTimeout(done, Math.max(0, begin + sent * gap - performance.now())));
  }
  const giveUp = setTimeout(() => lost.abort(), patience);
  await Promise.all(waiting);
  clearTimeout(giveUp);
  return { latencies, failures };
}

/** Whether all was answered, and what became of the first that was not. */
export function answered({ latencies, failures }: Climbed): string {
  return failures.length === 0
    ? "all answered"
    : `${failures.length} of ${latencies.length} failed: ${failures[0]}`;
}
