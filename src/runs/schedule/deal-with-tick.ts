import type { Schedule } from "../../core/action/action.ts";
import { plainEnv } from "../../core/runbook/variables.ts";
import { type DueFires, dueFires } from "../../core/schedule/due-fires.ts";
import type { Schedules } from "../../core/schedule/schedules.ts";
import { type Instant, toMilliseconds } from "../../core/time.ts";
import type { Sealer } from "../ports/around.ts";
import type { DueTick, NewRun, RunStore } from "../ports/run-store.ts";
import { givenRun } from "../start/given-run.ts";
import { endedRun } from "../start/new-run.ts";
import { newRunId } from "../start/start-run.ts";

/**
 * Starts what a due tick asks for and moves its schedule on, both in one write: a tick has one run or none,
 * whatever crashes. Ticks that came while nobody looked are caught up with as the schedule says; those that are
 * not are told by one skipped run. Rejects when the store does.
 */
export async function dealWithTick(
  parts: { store: Pick<RunStore, "create">; schedules: Schedules; sealer: Sealer },
  tick: DueTick,
  now: Instant,
): Promise<readonly NewRun[]> {
  const { store, schedules } = parts;
  const { organization, actionId, action } = tick.version;
  const { schedule } = action;
  const move = { organization, actionId, from: tick.fire };
  if (schedule === undefined || !action.enabled) {
    await store.create([], { ...move, next: undefined });
    return [];
  }
  const decided = decideTick(schedule, tick, now, schedules);
  if ("broken" in decided) {
    const run = endedRun(tick.version, beginning(tick, tick.fire, now), "failed", decided.broken);
    return create(store, [run], { ...move, next: undefined });
  }
  const { start, missed, next } = decided;
  const runs = [...(missed.length > 0 ? [missedRun(tick, decided, schedule, now)] : [])];
  for (const fire of start) runs.push(await tickRun(parts.sealer, tick, fire, now));
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

function tickRun(sealer: Sealer, { version }: DueTick, fire: Instant, now: Instant): Promise<NewRun> {
  const { schedule, env, name } = version.action;
  const begun = beginning({ version, fire }, fire, now);
  const run = { id: begun.id, action: name, actor: begun.actor, trigger: begun.trigger.kind };
  const variables = { run, env: plainEnv(env) };
  return givenRun(sealer, version, begun, {
    giver: "schedule",
    parameters: schedule?.parameters ?? {},
    variables,
  });
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
  const reason = `${span} missed while nothing could start (${rule}).`;
  return endedRun(tick.version, beginning(tick, last, now), "skipped", reason);
}

const beginning = ({ version }: DueTick, fire: Instant, now: Instant) => ({
  id: newRunId(now),
  trigger:
    version.action.schedule?.timing.kind === "once"
      ? ({ kind: "once" } as const)
      : ({ kind: "schedule", fire } as const),
  actor: "system",
  key: `tick:${fire}`,
  alert: undefined,
  now,
});

const text = (instant: Instant): string => new Date(toMilliseconds(instant)).toISOString();
