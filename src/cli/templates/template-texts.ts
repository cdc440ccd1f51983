import type { Step } from "../../core/action/action.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Template } from "../../sync/index.ts";
import { table } from "../output/table.ts";
import { spanText } from "../output/time-texts.ts";

/** All that a person wants to know of a template before making an action of it, as lines. */
export function templateTexts(template: Template): string[] {
  const { title, group, action, files } = template;
  const settings: readonly (readonly [string, string])[] = [
    ["group", group],
    ["category", action.category ?? ""],
    ["tags", action.tags.join(", ")],
    ["mode", action.mode],
    ["usually takes", action.estimatedDuration === undefined ? "" : spanText(action.estimatedDuration)],
    ["timeout", spanText(action.timeout)],
    ["files", ["action.yaml", ...Object.keys(files)].join(", ")],
  ];
  return [
    title,
    "",
    ...wrap(action.description, 100),
    "",
    ...settings.map(([key, value]) => `${key.padEnd(14)} ${value}`),
    "",
    ...table(
      ["PARAMETER", "DEFAULT", "VALUES", "MEANING"],
      Object.entries(action.parameters).map(([name, schema]) => parameterCells(name, schema)),
    ),
    "",
    ...table(["STEP", "RUNS", "IF", "TIMEOUT", "RETRIES"], action.steps.map(stepCells)),
  ];
}

function parameterCells(name: string, schema: JsonObject): string[] {
  const { default: preset, enum: values, type, minimum, maximum, description } = schema;
  const range = minimum === undefined ? String(type) : `${type} ${minimum} to ${maximum}`;
  return [
    name,
    preset === undefined ? "(required)" : preset === "" ? '""' : String(preset),
    Array.isArray(values) && type !== "boolean" ? values.join(", ") : range,
    String(description),
  ];
}

function stepCells(step: Step): string[] {
  const { program, retries } = step;
  const runs = program.kind === "python" ? `python ${program.file}` : program.kind;
  const place = step.provider === "local" ? "" : " at the provider";
  return [
    step.name,
    `${runs}${place}`,
    step.if === "previous_success" ? "" : step.if,
    spanText(step.timeout),
    retries.limit === 0 ? "" : `${retries.limit}, ${spanText(retries.delay)} apart`,
  ];
}

/** Lines of at most `width` characters, broken at blanks. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
