import { percentile, type Row } from "../row.ts";
import { line } from "../table.ts";
import type { Client } from "./client.ts";
import { scale } from "./scale.ts";
import type { World } from "./world.ts";

/** The rung that has to be borne, runs a minute, and in which time. */
const wanted = { rung: 3_000, p99: 1_000 };
/** A p99 above this is the breaking point, ms. */
const broken = 5_000;
/** How long after the last request answers are waited for, ms; what has not come by then is lost. */
const patience = 15_000;

/**
 * Open loop: a request is sent at its instant whatever became of those before, and its latency counts from
 * that instant, so that a server that falls behind cannot slow down what measures it. Climbs until the p99
 * is above 5 s or a run fails.
 */
export async function ladder({ client }: World): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const perMinute of scale.rungs) {
    const { latencies, failures } = await climb(client, perMinute);
    const breaks = failures.length > 0 || percentile(latencies, 0.99) > broken;
    rows.push({
      what: `open loop, ${perMinute} runs of fibo(10) a minute`,
      floor: undefined,
      measured: latencies,
      floors: [],
      // What breaks below the wanted rung does not bear that either.
      aim: perMinute === wanted.rung || (breaks && perMinute < wanted.rung) ? { p99: wanted.p99 } : undefined,
      notes: note(latencies, failures, breaks),
    });
    process.stdout.write(`  ${line(rows.at(-1)!)}\n`);
    if (breaks) break;
  }
  return rows;
}

interface Climbed {
  /** Of all, those that failed too, ms. */
  readonly latencies: readonly number[];
  readonly failures: readonly string[];
}

async function climb(client: Client, perMinute: number): Promise<Climbed> {
  const count = Math.max(1, Math.round((perMinute * scale.rungSeconds) / 60));
  const gap = 60_000 / perMinute;
  const lost = new AbortController();
  const latencies: number[] = [];
  const failures: string[] = [];
  const waiting: Promise<void>[] = [];
  const begin = performance.now() + 10;
  for (let sent = 0; sent < count; ) {
    const now = performance.now();
    for (; sent < count && begin + sent * gap <= now; sent++) {
      const intended = begin + sent * gap;
      const asked = client.test("fibo_10", undefined, lost.signal).catch((error: Error) => {
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

function note({ length }: readonly number[], failures: readonly string[], breaks: boolean): string {
  const failed =
    failures.length === 0 ? "all answered" : `${failures.length} of ${length} failed: ${failures[0]}`;
  return breaks ? `${failed}; the breaking point` : failed;
}
