import type { Insertable, Kysely, Selectable } from "kysely";
import type { Action } from "../../../core/action/action.ts";
import { askApproval, stricter } from "../../../core/approval/ask-approval.ts";
import { askingReason } from "../../../core/approval/run-approval.ts";
import type { Created, NewRun, ScheduleMove } from "../../../runs/ports/run-store.ts";
import { StoreError } from "../../store-error.ts";
import type { Database } from "../../tables/database.ts";
import type { RunRow, VersionRow } from "../../tables/runs.ts";
import { recordAudit } from "../access/record-audit.ts";
import { admit } from "./admit.ts";
import { appendEvent } from "./apply-change.ts";
import { startEntry } from "./audit-run.ts";
import { currentVersion, versionNumber } from "./current-version.ts";
import { pinsOf } from "./pins.ts";
import { actionOf, runOf } from "./rows.ts";
import { startersOf } from "./starters.ts";
import { writeSteps } from "./steps.ts";
import { noteFollowup } from "./watches.ts";

/**
 * Creates runs, and moves their schedule on, together: a tick that was dealt with can neither be lost nor
 * fire twice. A run whose key its action already has is answered as it is.
 */
export async function create(
  db: Kysely<Database>,
  { runs, move }: { runs: readonly NewRun[]; move: ScheduleMove | undefined },
): Promise<readonly Created[]> {
  if (move !== undefined && !(await moveOn(db, move))) return [];
  const created: Created[] = [];
  for (const run of runs) created.push(await createOne(db, run));
  return created;
}

async function moveOn(db: Kysely<Database>, move: ScheduleMove): Promise<boolean> {
  const moved = await db
    .updateTable("schedules")
    .set({ next_fire: move.next ?? null })
    .where("organization", "=", move.organization)
    .where("action_id", "=", move.actionId)
    .where("next_fire", "=", move.from)
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

/** Creates one run, or answers the one that has its key. */
export async function createOne(db: Kysely<Database>, run: NewRun): Promise<Created> {
  const existing = await withKey(db, run);
  if (existing !== undefined) return { run: runOf(existing), existing: true };
  const current = await currentVersion(db, run);
  const version = run.pinned ? current && (await versionNumber(db, run)) : current;
  if (version === undefined) {
    throw new StoreError("ACTION_GONE", "The action does not exist any more; nothing was started.");
  }
  if (run.version !== undefined && run.version !== version.number) {
    throw new StoreError("VERSION_MOVED", "The action has just been changed; nothing was started.");
  }
  const action = actionOf(version);
  const row = await asking(db, rowOf(run, version, action), run, { version, action, current });
  await db.insertInto("runs").values(row).execute();
  await writeSteps(db, run.id, run.steps);
  await appendEvent(db, run.id, run.createdAt, row.state, { kind: "created", actor: run.actor });
  await recordAudit(db, startEntry(run, { name: version.action_name, version: version.number }));
  // One that ends as it is admitted is noted there.
  const isTold = row.state === "waiting" ? row.approval !== null : row.state !== "queued";
  if (isTold && !run.isLast) await noteFollowup(db, row, row.state, run.createdAt);
  if (row.state === "queued") {
    await admit(db, row as Selectable<RunRow>, action.concurrency, run.createdAt);
  }
  const made = await db.selectFrom("runs").selectAll().where("id", "=", run.id).executeTakeFirstOrThrow();
  return { run: runOf(made), existing: false };
}

interface Pinned {
  readonly version: Selectable<VersionRow>;
  /** Of that version: read once, as it may be long. */
  readonly action: Action;
  readonly current: Selectable<VersionRow> | undefined;
}

/**
 * The gate that every run passes: one that needs approval waits for it, whatever starts it. A retry is of the version
 * that its run was of, and asks for what the action demands by now as well.
 */
async function asking(
  db: Kysely<Database>,
  row: Insertable<RunRow>,
  run: NewRun,
  { version, action, current }: Pinned,
): Promise<Insertable<RunRow>> {
  if (run.state === "skipped" || run.state === "failed") return row;
  const { createdAt: now, dueAt } = run;
  const isOlder = current !== undefined && current.number !== version.number;
  const demands = isOlder ? stricter(actionOf(current).approval, action.approval) : action.approval;
  const needed = demands?.required || run.approval?.required;
  const approval = needed
    ? askApproval({
        action: demands,
        demanded: run.approval,
        startedBy: await startersOf(db, run),
        pins: await pinsOf(db, version, action),
        now,
        notBefore: dueAt > now ? dueAt : undefined,
      })
    : undefined;
  if (approval !== undefined)
    return {
      ...row,
      state: "waiting",
      reason: askingReason(approval),
      approval: JSON.stringify(approval),
      due_at: approval.expiresAt,
    };
  return row;
}

async function withKey(db: Kysely<Database>, run: NewRun): Promise<Selectable<RunRow> | undefined> {
  if (run.key === undefined) return undefined;
  return db
    .selectFrom("runs")
    .selectAll()
    .where("organization", "=", run.organization)
    .where("action_id", "=", run.actionId)
    .where("key", "=", run.key)
    .executeTakeFirst();
}

const hasEnded = ({ state }: NewRun): boolean => state === "failed" || state === "skipped";

function rowOf(run: NewRun, version: Selectable<VersionRow>, action: Action): Insertable<RunRow> {
  return {
    id: run.id,
    organization: run.organization,
    action_id: run.actionId,
    action_name: version.action_name,
    version: version.number,
    digest: version.digest,
    state: run.state,
    reason: run.reason ?? null,
    trigger: JSON.stringify(run.trigger),
    actor: run.actor,
    parameters: JSON.stringify(run.parameters),
    sealed_parameters: run.sealed ?? null,
    alert: run.alert === undefined ? null : JSON.stringify(run.alert),
    approval: null,
    category: action.category ?? null,
    trigger_kind: run.trigger.kind,
    steps_known: null,
    steps_finished: null,
    current_step: null,
    attempt: 1,
    created_at: run.createdAt,
    due_at: run.dueAt,
    started_at: null,
    ended_at: hasEnded(run) ? run.createdAt : null,
    cancel_asked: 0,
    cause: null,
    isolation: null,
    exit_code: null,
    signal: null,
    duration: null,
    peak_memory: null,
    cpu_time: null,
    result_size: null,
    key: run.key ?? null,
    admitted: 0,
    slot: 0,
    worker: null,
    fence: 0,
    lease_until: null,
  };
}
