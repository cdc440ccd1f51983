import type { Schedule } from "../../core/action/action.ts";
import { type DueFires, dueFires } from "../../core/schedule/due-fires.ts";
import type { Schedules } from "../../core/schedule/schedules.ts";
import { type Instant, toMilliseconds } from "../../core/time.ts";
import type { DueTick, NewRun, RunStore } from "../ports/run-store.ts";
import { cannotRun } from "../start/cannot-run.ts";
import { checkParameters } from "../start/check-parameters.ts";
import { newRunId } from "../start/start-run.ts";

/**
 * Starts what a due tick asks for and moves its schedule on, both in one write: a tick has one run or none,
 * whatever crashes. Ticks that came while nobody looked are caught up with as the schedule says; those that are
 * not are told by one skipped run. Rejects when the store does.
 */
export async function dealWithTick(
  { store, schedules }: { store: Pick<RunStore, "create">; schedules: Schedules },
  tick: DueTick,
  now: Instant,
): Promise<readonly NewRun[]> {
  const { organization, actionId, action } = tick.version;
  const { schedule } = action;
  const move = { organization, actionId, from: tick.fire };
  if (schedule === undefined || !action.enabled) {
    await store.create([], { ...move, next: undefined });
    return [];
  }
  const decided = decideTick(schedule, tick, now, schedules);
  if ("broken" in decided) {
    const run = newRun(tick, tick.fire, now, "failed", decided.broken);
    return create(store, [run], { ...move, next: undefined });
  }
  const { start, missed, next } = decided;
  const runs = [...(missed.length > 0 ? [missedRun(tick, decided, schedule, now)] : [])];
  const refusal = cannotRun(action) ?? (start.length > 0 ? await refusedParameters(tick) : undefined);
  for (const fire of start)
    runs.push(newRun(tick, fire, now, refusal === undefined ? "queued" : "failed", refusal));
  return create(store, runs, { ...move, next });
}

async function create(
  store: Pick<RunStore, "create">,
  runs: readonly NewRun[],
  move: Parameters<RunStore["create"]>[1],
): Promise<readonly NewRun[]> {
  try {
    await store.create(runs, move);
    return runs;
  } catch (error) {
    // Deleted or changed since it was read: the next look finds what is true now.
    const { code } = error as { code?: unknown };
    if (code === "ACTION_GONE" || code === "VERSION_MOVED") return [];
    throw error;
  }
}

/** A schedule that was accepted may still not compile: time zones come and go with the machine's tables. */
function decideTick(
  schedule: Schedule,
  { fire }: DueTick,
  now: Instant,
  schedules: Schedules,
): DueFires | { readonly broken: string } {
  try {
    return dueFires(schedule, { lastDealtWith: fire - 1, now }, schedules.compile(schedule));
  } catch (error) {
    const why = error instanceof RangeError ? error.message : "unknown reason";
    return { broken: `Its schedule does not work on this server and was stopped: ${why}` };
  }
}

async function refusedParameters({ version }: DueTick): Promise<string | undefined> {
  const { action } = version;
  return checkParameters(action.parameters, action.schedule?.parameters ?? {}).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

function missedRun(
  tick: DueTick,
  { missed, moreMissed }: DueFires,
  { catchUp, startDeadline }: Schedule,
  now: Instant,
): NewRun {
  const [first, last] = [missed[0] ?? tick.fire, missed.at(-1) ?? tick.fire];
  const span =
    missed.length === 1
      ? `The tick of ${text(last)} was`
      : `${moreMissed ? "More than " : ""}${missed.length} ticks from ${text(first)} to ${text(last)} were`;
  const rule = `catchUp ${catchUp}${startDeadline === undefined ? "" : `, startDeadline ${startDeadline / 1000} s`}`;
  return newRun(tick, last, now, "skipped", `${span} missed while nothing could start (${rule}).`);
}

function newRun(
  { version }: DueTick,
  fire: Instant,
  now: Instant,
  state: NewRun["state"],
  reason: string | undefined,
): NewRun {
  const { schedule } = version.action;
  return {
    id: newRunId(now),
    organization: version.organization,
    actionId: version.actionId,
    version: version.number,
    trigger: schedule?.timing.kind === "once" ? { kind: "once" } : { kind: "schedule", fire },
    actor: "system",
    parameters: schedule?.parameters ?? {},
    state,
    reason,
    createdAt: now,
    dueAt: now,
    key: `tick:${fire}`,
  };
}

const text = (instant: Instant): string => new Date(toMilliseconds(instant)).toISOString();
