import { printable, printableChange } from "../../core/plan/render/printable.ts";
import type { RunDiff, RunDifference } from "../../core/run/diff-runs.ts";
import type { RunJson } from "../connection/wire.ts";
import type { Io } from "../io.ts";
import { neutralise } from "./neutralise.ts";
import { durationText, stateText, triggerText } from "./run-texts.ts";
import { exactTime, relativeTime, spanText } from "./time-texts.ts";

/** What differs between two runs, for somebody who wants to know why one of them failed. */
export function runDiffText(io: Io, runs: readonly [RunJson, RunJson], diff: RunDiff): string[] {
  const of = (...abouts: readonly RunDifference["about"][]) =>
    diff.differences.filter(({ about }) => abouts.includes(about));
  const given = of("start", "action", "parameters");
  return [
    ...runs.map((run, index) => headLine(io, index === 0 ? "A" : "B", run)),
    ...block(io, "How they ended", of("outcome").map(row)),
    ...block(io, "What they were given", given.map(row)),
    ...stepBlocks(io, runs, of("step")),
    "",
    conclusion(diff, given.length > 0),
    ...diff.notes.map((note) => neutralise(note)),
  ];
}

function headLine(io: Io, side: string, run: RunJson): string {
  const when = `${relativeTime(run.created_at, io.now())}  (${exactTime(run.created_at)})`;
  const took = durationText(run, io.now());
  const words = [
    neutralise(run.id),
    neutralise(`${run.action_name} v${run.version}`),
    stateText(io, run.state),
    took === "" ? when : `${when}, took ${took}`,
    neutralise(`${triggerText(run)}, ${run.actor}`),
  ];
  return `${io.style("bold", side)}  ${words.join("  ")}`;
}

type Row = readonly [what: string, before: string, after: string];

/** Aligned in three columns, which a person reads down. */
function block(io: Io, heading: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const width = Math.min(40, Math.max(...rows.map(([what]) => what.length)));
  const lines = rows.map(([what, before, after]) => {
    const change = `${io.style("red", before)} -> ${io.style("green", after)}`;
    return `  ${what.padEnd(width)}  ${change}`;
  });
  return ["", io.style("bold", heading), ...lines];
}

function stepBlocks(
  io: Io,
  runs: readonly [RunJson, RunJson],
  differences: readonly RunDifference[],
): string[] {
  const names = new Map(runs.flatMap(({ steps = [] }) => steps.map(({ id, name }) => [id, name] as const)));
  const ids = [...new Set(differences.map(({ step }) => step as string))];
  return ids.flatMap((id) => {
    const heading = `Step ${id}${names.get(id) === undefined ? "" : `: ${names.get(id)}`}`;
    const own = differences.filter(({ step }) => step === id);
    return block(io, neutralise(heading), own.map(row));
  });
}

const words: Readonly<Record<string, string>> = {
  action_name: "action",
  exit_code: "exit code",
  provider_digest: "provider's declaration",
  retry_of: "retry of",
  taken_from: "taken from",
};

function row({ about, path, before, after }: RunDifference): Row {
  const value = (one: RunDifference["before"]) => (one === null ? undefined : shown(path, one));
  // Texts that are words of ours need no quotes; all others come as JSON.
  if (about !== "action" && about !== "parameters" && !path.startsWith("outputs") && path !== "result")
    return [words[path] ?? path, value(before) ?? "(none)", value(after) ?? "(none)"];
  const none = about === "action" ? "(default)" : "(none)";
  const [old, now] = printableChange(before ?? undefined, after ?? undefined, none);
  return [
    printable(about === "action" ? path : about === "parameters" ? `parameter ${path}` : path),
    old,
    now,
  ];
}

function shown(path: string, value: NonNullable<RunDifference["before"]>): string {
  if (path === "duration" && typeof value === "number") return spanText(value);
  if (path === "code" || path === "provider_digest") return printable(String(value).slice(0, 12));
  return printable(String(value));
}

function conclusion({ differences }: RunDiff, given: boolean): string {
  if (differences.length === 0) return "Nothing that Rota keeps of them differs.";
  if (!given) return "They were given the same: same version, code, parameters and cause.";
  const number = differences.length;
  return `${number} ${number === 1 ? "difference" : "differences"}.`;
}
