import type { Json } from "../../core/json.ts";
import type { DryRunJson } from "../connection/wire.ts";
import type { Io } from "../io.ts";
import { neutralise } from "./neutralise.ts";
import { spanText } from "./time-texts.ts";

type DryStepJson = DryRunJson["steps"][number];

/** What a run would do, for a person. */
export function dryRunLines(io: Io, dry: DryRunJson): string[] {
  const parameters = Object.entries(dry.parameters);
  const begins =
    dry.would === "run"
      ? `would ${dry.approval == null ? "begin" : `wait for approval by ${neutralise(dry.approval)}, then begin`}${stopped(dry.steps)}`
      : `would end at once as ${dry.would === "skip" ? "skipped" : "failed"}: ${neutralise(dry.why ?? "")}`;
  return [
    `${neutralise(dry.action_name)}, version ${dry.version}: a run ${begins}. Nothing was started.`,
    ...(parameters.length === 0 ? [] : ["parameters"]),
    ...parameters.map(([name, value]) => `     ${neutralise(name)} = ${valueText(value)}`),
    ...(dry.steps.length === 0 ? [] : ["steps, if each before succeeds"]),
    ...dry.steps.flatMap((step, index) => stepText(io, step, index)),
  ];
}

/** The first line says the worst: what a person at night reads of it. */
function stopped(steps: readonly DryStepJson[]): string {
  const step = steps.find(({ would, problems }) => would === "run" && problems.length > 0);
  return step === undefined ? "" : `, and fail at "${neutralise(step.name)}"`;
}

function stepText(io: Io, step: DryStepJson, index: number): string[] {
  const place = step.provider === null ? "" : ` at ${neutralise(step.provider.name)}`;
  const target = step.provider?.target == null ? "" : ` (${neutralise(step.provider.target)})`;
  const limits = `${step.retries > 0 ? `, ${step.retries} retries` : ""}, at most ${spanText(step.timeout)}`;
  const would = { run: "", skip: "would be skipped: ", depends: "depends: " }[step.would];
  const [what, ...more] = programLines(step.program);
  return [
    `${String(index + 1).padStart(3)}  ${neutralise(step.name)}${place}${target}${limits}`,
    ...(step.why === null ? [] : [below(io.style("yellow", `${would}${neutralise(step.why)}`))]),
    below(what ?? ""),
    ...more.map(below),
    ...Object.entries(step.env).map(([key, value]) => below(`${key}=${valueText(value)}`)),
    ...step.problems.map((problem) => below(io.style("red", neutralise(problem)))),
  ];
}

/** The program as it is written; long ones are cut, as they are in the manifest. */
function programLines(program: DryStepJson["program"]): string[] {
  return Object.entries(program).flatMap(([kind, value]) => {
    if (typeof value !== "string") return [`${kind} ${valueText(value)}`];
    const lines = value.trimEnd().split("\n");
    const shown = lines.slice(0, 12).map((line) => neutralise(line));
    const cut = lines.length > 12 ? [`… ${lines.length - 12} more lines`] : [];
    return [`${kind} ${shown[0] ?? ""}`, ...shown.slice(1).map((line) => `    ${line}`), ...cut];
  });
}

function valueText(value: Json | undefined): string {
  if (value !== null && typeof value === "object" && "secret" in value && Object.keys(value).length === 1)
    return `(the secret ${neutralise(String(value.secret))})`;
  return neutralise(typeof value === "string" ? value : JSON.stringify(value ?? null));
}

const below = (text: string): string => `     ${text}`;
