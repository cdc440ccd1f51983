import { isFinal, type Run } from "../run/run.ts";
import { approvalJson } from "./approval-json.ts";

/** A run as the API writes it, without what `main` returned. */
export const runJson = (run: Run) => ({
  id: run.id,
  action_id: run.actionId,
  action_name: run.actionName,
  version: run.version,
  digest: run.digest,
  state: run.state,
  reason: run.reason ?? null,
  trigger: run.trigger,
  actor: run.actor,
  created_at: run.createdAt,
  started_at: run.startedAt ?? null,
  ended_at: run.endedAt ?? null,
  attempt: run.attempt,
  cause: run.cause ?? null,
  isolation: run.isolation ?? null,
  exit_code: run.exitCode ?? null,
  signal: run.signal ?? null,
  duration: run.duration ?? null,
  peak_memory: run.peakMemory ?? null,
  cpu_time: run.cpuTime ?? null,
  category: run.category ?? null,
  retry_of: run.trigger.kind === "retry" ? run.trigger.run : null,
  progress: run.progress === undefined ? null : progressJson(run),
  parameters: run.parameters,
  alert: run.alert ?? null,
  approval: run.approval === undefined ? null : approvalJson(run.approval),
  result_size: run.resultSize ?? null,
});

/** Hundred per cent only at the end, whatever has been finished by then. */
function progressJson({ progress, state }: Run) {
  const { finished, known, current } = progress ?? { finished: 0, known: 0, current: undefined };
  const percent = known === 0 ? 0 : Math.floor((100 * finished) / known);
  return { finished, known, percent: isFinal(state) ? 100 : Math.min(99, percent), current: current ?? null };
}
