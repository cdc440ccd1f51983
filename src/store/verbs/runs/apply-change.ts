import { type Kysely, type Selectable, sql, type Updateable } from "kysely";
import type { JsonObject } from "../../../core/json.ts";
import type { Change } from "../../../core/run/change.ts";
import { decide } from "../../../core/run/decide.ts";
import { isRefusal } from "../../../core/run/refusal.ts";
import { isFinal } from "../../../core/run/run.ts";
import type { RunEvent } from "../../../core/run/run-event.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import type { RunRow } from "../../tables/runs.ts";
import { recordAudit } from "../access/record-audit.ts";
import { changeEntry } from "./audit-run.ts";
import { runOf } from "./rows.ts";
import { releaseSlot } from "./slots.ts";
import { writeSteps } from "./steps.ts";
import { noteFollowup } from "./watches.ts";

/** Writes one transition of a run that is known to be in `change.from`: row, event, and the slot that it frees. */
export async function applyChange(
  db: Kysely<Database>,
  row: Selectable<RunRow>,
  change: Change,
  more: Updateable<RunRow> = {},
): Promise<void> {
  const leaves = change.from === "running" && change.to !== "running";
  const ends = isFinal(change.to);
  const takesPlaceBack = change.from === "queued" && change.to === "waiting";
  // Also about a run that waits already: links to its last question are worth nothing any more.
  const asksAnew = change.event.kind === "voided";
  await db
    .updateTable("runs")
    .set({
      state: change.to,
      reason: change.reason ?? null,
      ...columnsOf(change.patch),
      ...progressColumns(change.patch),
      ...approvalColumn(change.patch),
      ...(leaves ? { worker: null, lease_until: null } : {}),
      ...(ends ? { slot: 0 } : {}),
      ...(takesPlaceBack ? { admitted: 0, slot: 0 } : {}),
      ...more,
    })
    .where("id", "=", row.id)
    .execute();
  await writeSteps(
    db,
    row.id,
    change.steps.map(({ to }) => to),
  );
  await appendEvent(db, row.id, change.at, change.to, change.event);
  const entry = changeEntry(row, change);
  if (entry !== undefined) await recordAudit(db, entry);
  if (ends || asksAnew) await noteFollowup(db, row, change.to, change.at);
  if ((ends || takesPlaceBack) && row.slot === 1) await releaseSlot(db, row, change.at);
}

/** Decides on an event and writes what becomes of it; one that does not apply changes nothing. */
export async function happen(
  db: Kysely<Database>,
  row: Selectable<RunRow>,
  event: RunEvent,
  now: Instant,
): Promise<void> {
  const change = decide(runOf(row), event, now);
  if (!isRefusal(change)) await applyChange(db, row, change);
}

/** Appends to the history of a run. */
export async function appendEvent(
  db: Kysely<Database>,
  run: string,
  at: Instant,
  state: string,
  event: JsonObject,
): Promise<void> {
  const sequence = sql<number>`(select coalesce(max(sequence), 0) + 1 from run_events where run = ${run})`;
  await db
    .insertInto("run_events")
    .values({ run, sequence, at, state, event: JSON.stringify(event) })
    .execute();
}

const columns = {
  startedAt: "started_at",
  endedAt: "ended_at",
  dueAt: "due_at",
  attempt: "attempt",
  cancelAsked: "cancel_asked",
  cause: "cause",
  isolation: "isolation",
  exitCode: "exit_code",
  signal: "signal",
  duration: "duration",
  peakMemory: "peak_memory",
  cpuTime: "cpu_time",
  resultSize: "result_size",
} as const satisfies Record<Exclude<keyof Change["patch"], "progress" | "approval">, keyof RunRow>;

function progressColumns({ progress }: Change["patch"]): Updateable<RunRow> {
  if (progress === undefined) return {};
  const { known, finished, current } = progress;
  return { steps_known: known, steps_finished: finished, current_step: current ?? null };
}

const approvalColumn = ({ approval }: Change["patch"]): Updateable<RunRow> =>
  approval === undefined ? {} : { approval: JSON.stringify(approval) };

function columnsOf(patch: Change["patch"]): Updateable<RunRow> {
  const set: Record<string, unknown> = {};
  for (const [member, column] of Object.entries(columns)) {
    if (!(member in patch)) continue;
    const value = patch[member as keyof Change["patch"]];
    set[column] = typeof value === "boolean" ? Number(value) : (value ?? null);
  }
  return set;
}
