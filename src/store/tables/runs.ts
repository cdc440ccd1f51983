/** Tables of the run verbs (migration 0001). Instants are µs, JSON is text, booleans are 0 or 1. */
export interface RunTables {
  versions: VersionRow;
  schedules: ScheduleRow;
  runs: RunRow;
  run_events: RunEventRow;
  run_steps: RunStepRow;
  slots: SlotRow;
}

/** Immutable; kept while a run names it. `action` is the complete Action as JSON. */
export interface VersionRow {
  organization: string;
  action_id: string;
  number: number;
  action_name: string;
  digest: string;
  code: string;
  action: string;
}

/** One per live action: its current version, and when it fires next. */
export interface ScheduleRow {
  organization: string;
  action_id: string;
  version: number;
  next_fire: number | null;
}

export interface RunRow {
  id: string;
  organization: string;
  action_id: string;
  action_name: string;
  version: number;
  digest: string;
  state: string;
  reason: string | null;
  trigger: string;
  actor: string;
  parameters: string;
  attempt: number;
  created_at: number;
  due_at: number;
  started_at: number | null;
  ended_at: number | null;
  cancel_asked: number;
  /** Migration 0004, as `duration` (ms). */
  cause: string | null;
  isolation: string | null;
  exit_code: number | null;
  signal: string | null;
  duration: number | null;
  peak_memory: number | null;
  cpu_time: number | null;
  result_size: number | null;
  /** Migration 0005, as the next five. */
  category: string | null;
  /** `kind` of `trigger`. */
  trigger_kind: string;
  sealed_parameters: string | null;
  steps_known: number | null;
  steps_finished: number | null;
  current_step: string | null;
  /** Migration 0009, as the next one: JSON. */
  alert: string | null;
  approval: string | null;
  key: string | null;
  /** Passed its action's concurrency limit; only such queued runs are claimed. */
  admitted: number;
  /** Counts in its action's row of `slots`. */
  slot: number;
  worker: string | null;
  fence: number;
  lease_until: number | null;
}

/** One per transition, appended in the same transaction. */
export interface RunEventRow {
  run: string;
  sequence: number;
  at: number;
  state: string;
  event: string;
}

/** One per step that something has happened to (migration 0005). */
export interface RunStepRow {
  run: string;
  number: number;
  state: string;
  reason: string | null;
  attempt: number;
  due_at: number | null;
  started_at: number | null;
  ended_at: number | null;
  outputs: string;
  provider: string | null;
  provider_digest: string | null;
  child: string | null;
  taken_from: string | null;
  /** A list of attempts. */
  attempts: string;
}

/** Runs of an action that count towards its concurrency limit. */
export interface SlotRow {
  organization: string;
  action_id: string;
  used: number;
}
