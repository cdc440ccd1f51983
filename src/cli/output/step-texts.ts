import type { StepState } from "../../core/runbook/step-run.ts";
import type { RunJson, StepJson } from "../connection/wire.ts";
import type { Io } from "../io.ts";
import { neutralise } from "./neutralise.ts";
import { spanText } from "./time-texts.ts";

/** A word and a colour for each state, of one width. */
const marks: Readonly<Record<StepState, readonly [word: string, colour: Parameters<Io["style"]>[0]]>> = {
  pending: ["pending", "dim"],
  running: ["running", "cyan"],
  waiting: ["waiting", "yellow"],
  succeeded: ["ok", "green"],
  failed: ["failed", "red"],
  timed_out: ["timed out", "red"],
  cancelled: ["cancelled", "yellow"],
  skipped: ["skipped", "dim"],
  interrupted: ["interrupted", "red"],
};
const width = 11;

/** The steps of a run, a line each and its reason and outputs below; empty for a run without. */
export function stepLines(io: Io, { steps = [] }: RunJson): string[] {
  const names = Math.max(0, ...steps.map(({ name }) => neutralise(name).length));
  return steps.flatMap((step, index) => [
    `${String(index + 1).padStart(3)}  ${mark(io, step.state)}  ${neutralise(step.name).padEnd(names)}  ${facts(step)}`.trimEnd(),
    ...(step.reason === null || step.state === "succeeded"
      ? []
      : [below(io.style("dim", neutralise(step.reason)))]),
    ...Object.entries(step.outputs).map(([name, value]) =>
      below(`${neutralise(name)} = ${short(typeof value === "string" ? value : JSON.stringify(value))}`),
    ),
  ]);
}

function mark(io: Io, state: StepState): string {
  const [word, colour] = marks[state] ?? [neutralise(state), "reset"];
  return io.style(colour, word.padEnd(width));
}

/** Where, how long, how often; what a step of another run was is said in place of it. */
function facts({ provider, started_at, ended_at, attempts, run, taken_from }: StepJson): string {
  if (taken_from !== null) return `taken over from ${neutralise(taken_from)}`;
  const last = attempts.at(-1);
  const parts = [
    // A step that never began has its provider as written, which may be an expression: that is no place.
    provider === null || provider.name === "local" || provider.name.includes("${{")
      ? undefined
      : `at ${neutralise(provider.name)}`,
    started_at === null || ended_at === null ? undefined : spanText((ended_at - started_at) / 1000),
    attempts.length > 1 ? `${attempts.length} attempts` : undefined,
    last?.exit_code == null || last.exit_code === 0 ? undefined : `exit ${last.exit_code}`,
    run === null ? undefined : `run ${neutralise(run)}`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

const below = (text: string): string => `${" ".repeat(5 + width + 2)}${text}`;

/** One line of at most so many characters. */
function short(value: string): string {
  const line = neutralise(value.split("\n")[0] ?? "");
  return line.length < value.length || line.length > 120 ? `${line.slice(0, 120)} …` : line;
}
