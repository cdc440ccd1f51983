import type { Path, Problem } from "../problem.ts";
import { parseDuration, parseSize, sizeText } from "../units.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import type { Rule } from "./rule.ts";

const longestTimeout = "7d";
/** Waiting, cool-downs and deadlines: longer ones are mistakes of a unit. */
const longestSpan = "366d";

function* timeoutsAreBounded(action: WrittenAction): Iterable<Problem> {
  yield* timeout(action.timeout, ["timeout"]);
  for (const [index, step] of (action.steps ?? []).entries())
    yield* timeout(step.timeout, ["steps", index, "timeout"]);
}

function* timeout(text: string | undefined, path: Path): Iterable<Problem> {
  const span = text === undefined ? 1 : parseDuration(text);
  if (span === 0 || span > parseDuration(longestTimeout))
    yield {
      code: "TIMEOUT_OUT_OF_BOUNDS",
      path,
      message: `a timeout is longer than 0s and at most ${longestTimeout}`,
    };
}

function* spansAreBounded(action: WrittenAction): Iterable<Problem> {
  yield* span(action.estimatedDuration, ["estimatedDuration"]);
  yield* span(action.schedule?.startDeadline, ["schedule", "startDeadline"]);
  yield* span(action.approval?.expires, ["approval", "expires"]);
  yield* span(delayOf(action.retries), ["retries", "delay"]);
  for (const [index, { start, cooldown }] of (action.alerts ?? []).entries()) {
    if (typeof start === "object") yield* span(start.after, ["alerts", index, "start", "after"]);
    yield* span(cooldown, ["alerts", index, "cooldown"]);
  }
  for (const [index, step] of (action.steps ?? []).entries())
    yield* span(delayOf(step.retries), ["steps", index, "retries", "delay"]);
}

const delayOf = (retries: WrittenAction["retries"]): string | undefined =>
  typeof retries === "object" ? retries.delay : undefined;

function* span(text: string | undefined, path: Path): Iterable<Problem> {
  if (text !== undefined && parseDuration(text) > parseDuration(longestSpan))
    yield { code: "DURATION_OUT_OF_BOUNDS", path, message: `a duration is at most ${longestSpan}` };
}

/** Python itself needs some 10 MB; the upper ends are above what one machine gives one execution. */
const sizes = {
  memory: ["16Mi", "1024Gi"],
  output: ["1Ki", "1Gi"],
  disk: ["1Mi", "1024Gi"],
} as const;

function* resourcesAreBounded({ resources = {} }: WrittenAction): Iterable<Problem> {
  for (const key of ["memory", "output", "disk"] as const) {
    const written = resources[key];
    const [least, most] = sizes[key];
    const bytes = written === undefined ? undefined : parseSize(written);
    if (bytes !== undefined && (bytes < parseSize(least) || bytes > parseSize(most)))
      yield {
        code: "RESOURCE_OUT_OF_BOUNDS",
        path: ["resources", key],
        message: `${key} is from ${least} to ${sizeText(parseSize(most))}`,
      };
  }
}

/** Roles stand for any number of people; e-mails can be counted. */
function* quorumCanBeReached({ approval }: WrittenAction): Iterable<Problem> {
  const { approvers = [], quorum = 1 } = approval ?? {};
  if (
    approvers.length === 0 ||
    approvers.some((who) => who.startsWith("role:")) ||
    quorum <= approvers.length
  )
    return;
  yield {
    code: "QUORUM_TOO_LARGE",
    path: ["approval", "quorum"],
    message: `${quorum} have to agree, and only ${approvers.length} may`,
  };
}

export const limitRules: readonly Rule[] = [
  timeoutsAreBounded,
  spansAreBounded,
  resourcesAreBounded,
  quorumCanBeReached,
];
