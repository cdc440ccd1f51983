import { answered, openLoop } from "../exec/open-loop.ts";
import { scale } from "../exec/scale.ts";
import { percentile, type Row } from "../row.ts";
import { line } from "../table.ts";
import type { World } from "./world.ts";

/** A rung is kept while the p99 is not above this, ms. */
const kept = 1_000;
/** The rung that has to be kept, runs a minute. */
const wanted = 3_000;

/** Climbs an open loop of runs with two steps, a command and a Python file, until one rung is not kept. */
export async function ladder({ client }: World): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let highest = 0;
  for (const perMinute of scale.runbookRungs) {
    const climbed = await openLoop(perMinute, (signal) => client.test("two_steps", undefined, signal));
    const { latencies, failures } = climbed;
    const holds = failures.length === 0 && percentile(latencies, 0.99) <= kept;
    if (holds) highest = perMinute;
    rows.push({
      what: `open loop, ${perMinute} runs of 2 steps a minute`,
      floor: undefined,
      measured: latencies,
      floors: [],
      aim: perMinute === wanted || !holds ? { p99: kept } : undefined,
      notes: `${answered(climbed)}; highest rung kept so far ${highest}`,
    });
    process.stdout.write(`  ${line(rows.at(-1)!)}\n`);
    if (!holds) break;
  }
  return rows;
}
