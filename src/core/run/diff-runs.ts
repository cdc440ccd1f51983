import { canonicalJson, type Json, type JsonObject } from "../json.ts";
import { diffFields } from "../plan/diff-fields.ts";
import type { Milliseconds } from "../time.ts";
import type { Diffed, DiffedRun, DiffedStep } from "./diffed-run.ts";

/** One thing that is not the same in two runs. null: one of them has no such thing. */
export interface RunDifference {
  /** How they ended, what they were given, what the action said, or one step. */
  readonly about: "outcome" | "start" | "action" | "parameters" | "step";
  /** Id of the step; null where it is about none. */
  readonly step: string | null;
  /** What of it: `state`, `schedule.cron`, `outputs.size`. */
  readonly path: string;
  readonly before: Json;
  readonly after: Json;
}

export interface RunDiff {
  readonly differences: readonly RunDifference[];
  /** What could not be compared, as sentences. */
  readonly notes: readonly string[];
}

/**
 * What differs between two runs, from the end that made somebody ask to the steps. Ids and instants always differ and
 * are left out, and so are lengths of time that are alike (see `alike`).
 */
export function diffRuns(before: Diffed, after: Diffed): RunDiff {
  const [a, b] = [before.run, after.run];
  return {
    differences: [
      ...compare("outcome", null, outcomeOf(a), outcomeOf(b)),
      ...compare("start", null, startOf(before), startOf(after)),
      ...fields("action", "", before.version?.action, after.version?.action),
      ...fields("parameters", "", objectOf(a.parameters), objectOf(b.parameters)),
      ...steps(a.steps ?? [], b.steps ?? []),
    ],
    notes: notesOn(before, after),
  };
}

type Facts = Readonly<Record<string, Json | undefined>>;

const outcomeOf = (run: DiffedRun): Facts => ({
  state: run.state,
  cause: run.cause,
  reason: run.reason,
  exit_code: run.exit_code,
  signal: run.signal,
  attempt: run.attempt,
  isolation: run.isolation,
  duration: run.duration,
  result: run.result ?? (run.result_size == null ? undefined : `${run.result_size} bytes`),
});

const startOf = ({ run, version }: Diffed): Facts => ({
  action_name: run.action_name,
  version: run.version,
  code: version?.code_digest,
  category: run.category,
  trigger: causeText(run.trigger),
  actor: run.actor,
  retry_of: run.retry_of,
});

/** A tick's time differs each time and says nothing; whose alert or which run does. */
function causeText({ kind, name, step }: DiffedRun["trigger"]): string {
  const of = [name, step].find((text) => typeof text === "string");
  return of === undefined ? String(kind) : `${kind} ${of}`;
}

function steps(before: readonly DiffedStep[], after: readonly DiffedStep[]): RunDifference[] {
  const old = new Map(before.map((step) => [step.id, step]));
  const now = new Map(after.map((step) => [step.id, step]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((id) => {
    const [a, b] = [old.get(id), now.get(id)];
    return [
      ...compare("step", id, a ? stepFacts(a) : {}, b ? stepFacts(b) : {}),
      ...fields("step", "outputs", a?.outputs ?? {}, b?.outputs ?? {}).map((one) => ({ ...one, step: id })),
    ];
  });
}

function stepFacts(step: DiffedStep): Facts {
  const last = step.attempts.at(-1);
  return {
    name: step.name,
    state: step.state,
    reason: step.reason,
    taken_from: step.taken_from,
    provider: step.provider?.name,
    provider_digest: step.provider?.digest,
    attempts: step.attempts.length,
    exit_code: last?.exit_code,
    signal: last?.signal,
    cause: last?.cause,
    duration: last?.duration,
  };
}

function compare(
  about: RunDifference["about"],
  step: string | null,
  before: Facts,
  after: Facts,
): RunDifference[] {
  return Object.keys({ ...before, ...after }).flatMap((path) => {
    const [old, now] = [before[path] ?? null, after[path] ?? null];
    const same = path === "duration" ? alike(old, now) : canonicalJson(old) === canonicalJson(now);
    return same ? [] : [{ about, step, path, before: old, after: now }];
  });
}

/** Differences below a path; a value that is not there on one side is null. */
const fields = (
  about: RunDifference["about"],
  below: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): RunDifference[] =>
  before === undefined || after === undefined
    ? []
    : diffFields(before, after).map(({ path, before: old, after: now }) => ({
        about,
        step: null,
        path: below === "" ? path : path.startsWith("[") ? `${below}${path}` : `${below}.${path}`,
        before: old ?? null,
        after: now ?? null,
      }));

/** No two executions take the same time: told is what took twice as long, and a second longer. */
function alike(before: Json, after: Json): boolean {
  if (typeof before !== "number" || typeof after !== "number") return true;
  const [shorter, longer]: Milliseconds[] = [before, after].toSorted((a, b) => a - b);
  return longer! < 2 * shorter! || longer! - shorter! < 1000;
}

function notesOn(before: Diffed, after: Diffed): readonly string[] {
  const notes: string[] = [];
  if (before.version === undefined || after.version === undefined)
    notes.push("What the action said is not known of both, so that it was not compared.");
  const secret = [...new Set([...secretsOf(before), ...secretsOf(after)])];
  if (secret.length > 0)
    notes.push(
      `History masks secret parameters (${secret.join(", ")}): whether they were the same is unknown.`,
    );
  return notes;
}

/** Secret parameters that a run was given. */
const secretsOf = ({ run, version }: Diffed): readonly string[] =>
  Object.entries(objectOf(version?.action.parameters))
    .filter(([name, schema]) => objectOf(schema).secret === true && name in objectOf(run.parameters))
    .map(([name]) => name);

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
