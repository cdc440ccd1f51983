import type { Step } from "../../core/action/action.ts";
import type { JsonObject } from "../../core/json.ts";
import { httpRequest } from "../../core/runbook/http-request.ts";
import type { StepProvider } from "../../core/runbook/step-run.ts";
import { isTrustedUrl } from "../../core/runbook/trusted-url.ts";
import type { Milliseconds } from "../../core/time.ts";
import { onePiece } from "../one-piece.ts";
import type { Place, Program, Task } from "../ports/executor.ts";
import { bounded } from "../work/bounded.ts";
import { resolveEnv } from "../work/resolve-env.ts";
import { usualGrace } from "../work/usual-grace.ts";
import { type EvaluatedStep, evaluateStep } from "./evaluate-step.ts";
import { type ResolvedPlace, resolvePlace } from "./resolve-place.ts";
import { runSoFar } from "./run-so-far.ts";
import type { RunbookWorker } from "./runbook-worker.ts";
import { hide } from "./settle-attempt.ts";
import { type TimeLimit, timeLimit } from "./time-limit.ts";

/** One attempt of a step, ready for the executor. */
export interface StepTask {
  readonly provider: StepProvider;
  readonly task: Task;
  readonly input: AsyncIterable<Uint8Array>;
  /** Counted from when it was ready. */
  readonly limit: TimeLimit;
}

/** It may go better at another time: an installation, a store that does not answer. */
export interface NotReady {
  readonly provider: StepProvider | undefined;
  readonly failed: string;
}

/**
 * What the executor is asked to do for a step that is no action: templates evaluated, its place and its secrets looked
 * up, in that order, so that a value is in memory no longer than it is needed. `refused`: it will not go better.
 */
export async function makeStepTask(
  worker: RunbookWorker,
  number: number,
  cleaningUp: boolean,
  signal: AbortSignal,
): Promise<StepTask | NotReady | { readonly refused: string }> {
  const evaluated = evaluateStep(worker.now(), worker.values, number);
  if ("refused" in evaluated) return evaluated;
  let provider: StepProvider | undefined;
  try {
    const place = await resolvePlace(
      { ...worker.parts, approved: worker.claimed.run.approval?.pins.providers },
      worker.claimed.run.organization,
      evaluated.provider,
    );
    if ("refused" in place) return place;
    worker.hidden.add(place.secrets);
    // Its name may come from a secret parameter.
    provider = { name: hide(worker, evaluated.provider), digest: place.digest };
    const made = await programOf(worker, number, evaluated, place, signal);
    if ("refused" in made) return made;
    const { input, ...what } = made;
    const step = worker.action.steps[number] as Step;
    const limit = timeLimit(worker, step, cleaningUp, worker.parts.clock.now());
    return { provider, task: taskOf(worker, what, limit.timeout), input, limit };
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown reason";
    return { provider, failed: `It could not be prepared: ${why}` };
  }
}

interface Made {
  readonly program: Program;
  readonly place: Place;
  readonly env: Readonly<Record<string, string>>;
  readonly input: AsyncIterable<Uint8Array>;
}
type Refused = { readonly refused: string };

async function programOf(
  worker: RunbookWorker,
  number: number,
  evaluated: EvaluatedStep,
  place: ResolvedPlace,
  signal: AbortSignal,
): Promise<Made | Refused> {
  const { program } = worker.action.steps[number] as Step;
  if (program.kind === "http") return requestOf(worker, program.request, evaluated, place);
  if (place.kind === "http")
    return { refused: `"${evaluated.provider}" is an API: only steps with "http" can run at it.` };
  const resolved = await resolveEnv(worker.parts.secrets, worker.claimed.run.organization, evaluated.env);
  if ("refused" in resolved) return resolved;
  worker.hidden.add(resolved.secrets);
  const env = { ...resolved.env, ...credentialsOf(worker), ...runVariables(worker, number) };
  const bundle = worker.parts.bundles.path(worker.claimed.version.code);
  if (program.kind === "run") {
    const seen = place.kind === "ssh" ? undefined : bundle;
    return {
      program: { kind: "shell", command: program.command, bundle: seen },
      place: place.place,
      env,
      input: none(),
    };
  }
  if (program.kind !== "python")
    throw new TypeError(`a step of kind ${program.kind} has no program of its own`);
  if (place.kind === "ssh")
    return {
      refused: `A step with "python" runs at local or on the server's machine, not at "${evaluated.provider}".`,
    };
  const environment = await environmentOf(worker, bundle, signal);
  return {
    program: { kind: "python", entry: "step", file: program.file, bundle, environment },
    place: place.place,
    env,
    input: onePiece(runSoFar(worker.now(), worker.values, number)),
  };
}

async function requestOf(
  { parts, hidden, claimed }: RunbookWorker,
  written: JsonObject,
  { request, headers, provider }: EvaluatedStep,
  place: ResolvedPlace,
): Promise<Made | Refused> {
  if (place.kind !== "http")
    return { refused: `"${provider}" is no API: a step with "http" needs a provider of kind http, or none.` };
  const resolved = await resolveEnv(parts.secrets, claimed.run.organization, headers);
  if ("refused" in resolved) return resolved;
  hidden.add(resolved.secrets);
  const trusted = isTrustedUrl(String(written.url), place.base);
  const made = httpRequest({ ...request, headers: resolved.env }, place.base, trusted);
  if ("problem" in made) return { refused: made.problem };
  return { program: { kind: "http", ...made }, place: { kind: "sandbox" }, env: {}, input: none() };
}

/** The dependency environment of the bundle, installed where it is not there yet. */
async function environmentOf(
  { parts, writer }: RunbookWorker,
  bundle: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const deadline = bounded(parts.clock, signal);
  const log = (text: string) =>
    void writer.output({ at: parts.clock.now(), stream: "system", level: undefined, text });
  try {
    const prepared = parts.environments.prepare(bundle, deadline.signal, log);
    return (await Promise.race([prepared, deadline.over])).folder;
  } finally {
    deadline.stop();
  }
}

function taskOf(
  { claimed, action, parts }: RunbookWorker,
  task: Pick<Task, "program" | "place" | "env">,
  timeout: Milliseconds,
): Task {
  return {
    ...task,
    run: claimed.run.id,
    limits: { timeout, grace: parts.grace ?? usualGrace, ...action.resources },
    // The network of a machine that was declared is not the sandbox's to take away.
    network: task.place.kind === "sandbox" && task.program.kind !== "http" ? action.network : true,
    isolation: task.program.kind === "http" ? "best" : action.isolation,
    keep: undefined,
  };
}

const credentialsOf = ({ credentials }: RunbookWorker): Record<string, string> =>
  credentials === undefined
    ? {}
    : { ORIGIN_CLUSTER_URL: credentials.url, ORIGIN_CLUSTER_TOKEN: credentials.token };

/** What a step may want to say of itself, in a file name or a message. */
const runVariables = ({ claimed, action, now }: RunbookWorker, number: number): Record<string, string> => ({
  ROTA_RUN_ID: claimed.run.id,
  ROTA_ACTION: claimed.run.actionName,
  ROTA_STEP: action.steps[number]!.id,
  ROTA_ATTEMPT: String(now().steps[number]!.attempt + 1),
});

async function* none(): AsyncIterable<Uint8Array> {}
