import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { scale } from "../exec/scale.ts";
import { percentile, type Row, timed } from "../row.ts";
import type { World } from "./world.ts";

/** What the server itself takes for each step of a run, against what durability alone costs: two commits. */
export async function engineTime({ client, folder }: World): Promise<readonly Row[]> {
  const twoCommits = commits(join(folder, "floor.db"));
  const [measured, between, floors]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= scale.twentySteps; round++) {
    const floor = await timed(twoCommits);
    await client.test("twenty_steps");
    if (round === 0) continue;
    const times = timesOf(await client.newestRunbook("twenty_steps"));
    floors.push(floor);
    measured.push(times.perStep);
    between.push(times.between);
  }
  const notes = `of which from the record of an end to that of the next start ${percentile(between, 0.5).toFixed(2)} ms`;
  const what = "engine time of a step: wall time of 20 steps less what ran, a twentieth";
  return [{ what, floor: "two commits to SQLite on that disk", measured, floors, aim: { median: 5 }, notes }];
}

type Runbook = Awaited<ReturnType<World["client"]["newestRunbook"]>>;

/** Of a run that has ended, ms a step. */
function timesOf({ started_at, ended_at, steps }: Runbook): { perStep: number; between: number } {
  const attempts = steps.flatMap((step) => step.attempts);
  const ran = sum(attempts.map(({ duration }) => duration ?? Number.NaN));
  const gaps = attempts.slice(1).map((next, before) => next.started_at - (attempts[before]?.ended_at ?? 0));
  const wall = ((ended_at ?? Number.NaN) - (started_at ?? Number.NaN)) / 1000;
  return { perStep: (wall - ran) / attempts.length, between: sum(gaps) / 1000 / gaps.length };
}

/** What writes a row durably, twice, as the store does. */
function commits(file: string): () => void {
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE steps (text TEXT)");
  const insert = db.prepare("INSERT INTO steps VALUES (?)");
  const text = "x".repeat(500);
  return () => {
    for (let count = 0; count < 2; count++) insert.run(text);
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
