import type { Insertable, Kysely, Selectable } from "kysely";
import type { JsonObject } from "../../../core/json.ts";
import type { Attempt, StepChange, StepRun, StepState } from "../../../core/runbook/step-run.ts";
import type { Database } from "../../tables/database.ts";
import type { RunStepRow } from "../../tables/runs.ts";

/** The steps of a run that something has happened to, in their order. */
export async function steps(db: Kysely<Database>, { run }: { run: string }): Promise<readonly StepRun[]> {
  const rows = await db
    .selectFrom("run_steps")
    .selectAll()
    .where("run", "=", run)
    .orderBy("number")
    .execute();
  return rows.map(stepOf);
}

/** Whether the steps are still what their changes were decided on. */
export async function stepsAreAsBefore(
  db: Kysely<Database>,
  run: string,
  changes: readonly StepChange[],
): Promise<boolean> {
  if (changes.length === 0) return true;
  const numbers = changes.map(({ number }) => number);
  const rows = await db
    .selectFrom("run_steps")
    .select(["number", "state", "attempt"])
    .where("run", "=", run)
    .where("number", "in", numbers)
    .execute();
  const known = new Map(rows.map((row) => [row.number, row]));
  return changes.every(({ number, from }) => {
    const row = known.get(number);
    return (row?.state ?? "pending") === from.state && (row?.attempt ?? 0) === from.attempt;
  });
}

/** Writes steps as they are now, whatever they were. */
export async function writeSteps(
  db: Kysely<Database>,
  run: string,
  steps: readonly StepRun[],
): Promise<void> {
  for (const step of steps) {
    const row = rowOf(run, step);
    await db
      .insertInto("run_steps")
      .values(row)
      .onConflict((conflict) => conflict.columns(["run", "number"]).doUpdateSet(row))
      .execute();
  }
}

const stepOf = (row: Selectable<RunStepRow>): StepRun => ({
  number: row.number,
  state: row.state as StepState,
  reason: row.reason ?? undefined,
  attempt: row.attempt,
  dueAt: row.due_at ?? undefined,
  startedAt: row.started_at ?? undefined,
  endedAt: row.ended_at ?? undefined,
  outputs: JSON.parse(row.outputs) as JsonObject,
  provider:
    row.provider === null ? undefined : { name: row.provider, digest: row.provider_digest ?? undefined },
  child: row.child ?? undefined,
  takenFrom: row.taken_from ?? undefined,
  attempts: (JSON.parse(row.attempts) as Attempt[]).map(complete),
});

/** JSON leaves out what is undefined. */
const complete = (attempt: Attempt): Attempt => ({
  number: attempt.number,
  state: attempt.state,
  reason: attempt.reason,
  cause: attempt.cause,
  exitCode: attempt.exitCode,
  signal: attempt.signal,
  isolation: attempt.isolation,
  duration: attempt.duration,
  peakMemory: attempt.peakMemory,
  cpuTime: attempt.cpuTime,
  startedAt: attempt.startedAt,
  endedAt: attempt.endedAt,
});

const rowOf = (run: string, step: StepRun): Insertable<RunStepRow> => ({
  run,
  number: step.number,
  state: step.state,
  reason: step.reason ?? null,
  attempt: step.attempt,
  due_at: step.dueAt ?? null,
  started_at: step.startedAt ?? null,
  ended_at: step.endedAt ?? null,
  outputs: JSON.stringify(step.outputs),
  provider: step.provider?.name ?? null,
  provider_digest: step.provider?.digest ?? null,
  child: step.child ?? null,
  taken_from: step.takenFrom ?? null,
  attempts: JSON.stringify(step.attempts),
});
