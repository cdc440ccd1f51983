import type { Selectable } from "kysely";
import type { Action } from "../../../core/action/action.ts";
import type { RunApproval } from "../../../core/approval/run-approval.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { Cause, IsolationLevel, Run, RunState, Trigger } from "../../../core/run/run.ts";
import type { Version } from "../../../runs/ports/run-store.ts";
import type { RunRow, VersionRow } from "../../tables/runs.ts";

/** A row of `runs` as the rest of the product sees it. */
export const runOf = (row: Selectable<RunRow>): Run => ({
  id: row.id,
  organization: row.organization,
  actionId: row.action_id,
  actionName: row.action_name,
  version: row.version,
  digest: row.digest,
  state: row.state as RunState,
  reason: row.reason ?? undefined,
  trigger: JSON.parse(row.trigger) as Trigger,
  actor: row.actor,
  parameters: JSON.parse(row.parameters) as JsonObject,
  alert: row.alert === null ? undefined : (JSON.parse(row.alert) as JsonObject),
  approval: row.approval === null ? undefined : (JSON.parse(row.approval) as RunApproval),
  attempt: row.attempt,
  createdAt: row.created_at,
  dueAt: row.due_at,
  startedAt: row.started_at ?? undefined,
  endedAt: row.ended_at ?? undefined,
  cancelAsked: row.cancel_asked === 1,
  cause: (row.cause ?? undefined) as Cause | undefined,
  isolation: (row.isolation ?? undefined) as IsolationLevel | undefined,
  exitCode: row.exit_code ?? undefined,
  signal: row.signal ?? undefined,
  duration: row.duration ?? undefined,
  peakMemory: row.peak_memory ?? undefined,
  cpuTime: row.cpu_time ?? undefined,
  resultSize: row.result_size ?? undefined,
  category: row.category ?? undefined,
  sealed: row.sealed_parameters ?? undefined,
  progress:
    row.steps_known === null
      ? undefined
      : {
          known: row.steps_known,
          finished: row.steps_finished ?? 0,
          current: row.current_step ?? undefined,
        },
});

export const actionOf = (row: Pick<Selectable<VersionRow>, "action">): Action =>
  JSON.parse(row.action) as Action;

/** A row of `versions` as the rest of the product sees it. */
export const versionOf = (row: Selectable<VersionRow>): Version => ({
  organization: row.organization,
  actionId: row.action_id,
  number: row.number,
  digest: row.digest,
  code: row.code,
  action: actionOf(row),
});
