import { percentile, type Row } from "../row.ts";
import { line } from "../table.ts";
import { answered, openLoop } from "./open-loop.ts";
import { scale } from "./scale.ts";
import type { World } from "./world.ts";

/** The rung that has to be borne, runs a minute, and in which time. */
const wanted = { rung: 3_000, p99: 1_000 };
/** A p99 above this is the breaking point, ms. */
const broken = 5_000;

/** Climbs an open loop of single executions until the p99 is above 5 s or a run fails. */
export async function ladder({ client }: World): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const perMinute of scale.rungs) {
    const climbed = await openLoop(perMinute, (signal) => client.test("fibo_10", undefined, signal));
    const { latencies, failures } = climbed;
    const breaks = failures.length > 0 || percentile(latencies, 0.99) > broken;
    rows.push({
      what: `open loop, ${perMinute} runs of fibo(10) a minute`,
      floor: undefined,
      measured: latencies,
      floors: [],
      // What breaks below the wanted rung does not bear that either.
      aim: perMinute === wanted.rung || (breaks && perMinute < wanted.rung) ? { p99: wanted.p99 } : undefined,
      notes: breaks ? `${answered(climbed)}; the breaking point` : answered(climbed),
    });
    process.stdout.write(`  ${line(rows.at(-1)!)}\n`);
    if (breaks) break;
  }
  return rows;
}
