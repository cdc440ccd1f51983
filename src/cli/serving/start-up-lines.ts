import type { Operation } from "../../core/plan/plan.ts";
import type { Io } from "../io.ts";
import { neutralise } from "../output/neutralise.ts";
import { durationText, stateText } from "../output/run-texts.ts";
import type { StartApply } from "./apply-at-start.ts";
import type { FirstRun } from "./first-runs.ts";

const longestList = 7;

/** What became of the apply at start, in a few lines however many items there are. */
export function applyLines(io: Io, folder: string, result: StartApply): string[] {
  if ("refused" in result) return refusedLines(io, folder, result.refused.split("\n"));
  const { plan, items, unchanged } = result.report;
  const commit = plan.commit === undefined ? "the files as they are" : `commit ${plan.commit.slice(0, 12)}`;
  const failed = items.filter((item) => item.outcome !== "done");
  const done = plan.operations.filter(
    ({ kind, name }) => !failed.some((item) => item.kind === kind && item.name === name),
  );
  const lines = done.filter(({ kind }) => kind === "action").map(operationLine);
  lines.unshift(...countLine(done, "provider"), ...countLine(done, "service account"));
  const head = `Applied ${commit}, scope ${neutralise(plan.scope)}: ${done.length} changed, ${unchanged} up to date.`;
  const shown =
    lines.length > longestList
      ? [...lines.slice(0, longestList - 1), `  … ${lines.length - longestList + 1} more`]
      : lines;
  return [head, ...shown, ...failed.slice(0, 3).map((item) => failedLine(io, item))];
}

function refusedLines(io: Io, folder: string, why: readonly string[]): string[] {
  const shown =
    why.length > longestList ? [...why.slice(0, longestList - 1), "… `rota validate` shows the rest"] : why;
  return [io.style("yellow", `Not applied: ${folder}`), ...shown.map((line) => `  ${neutralise(line)}`)];
}

/** What actions need beside them is counted, not listed. */
function countLine(done: readonly Operation[], word: "provider" | "service account"): string[] {
  const count = done.filter(({ kind }) => kind === word.replace(" ", "-")).length;
  return count === 0 ? [] : [`  + ${count} ${word}${count === 1 ? "" : "s"}`];
}

const signs = { create: "+", update: "~", replace: "±", delete: "-" } as const;
const operationLine = ({ operation, name }: Operation): string =>
  `  ${signs[operation]} action ${neutralise(name)}`;

function failedLine(
  io: Io,
  item: { name: string; outcome: string; error?: { message: string }; because?: string },
) {
  const why = (item.error?.message ?? item.because ?? "").split("\n")[0] ?? "";
  return `  ${io.style("red", "! not applied:")} ${neutralise(item.name)}: ${neutralise(why)}`;
}

/** A line for each first run: how it ended, and what it gave back. */
export function runLines(io: Io, runs: readonly FirstRun[]): string[] {
  const width = Math.max(0, ...runs.map(({ name }) => name.length));
  return runs.map(({ name, ended }) => {
    const head = `  ${neutralise(name).padEnd(width)}`;
    if ("refused" in ended) return `${head}  ${io.style("red", "not started")}: ${neutralise(ended.refused)}`;
    const took = durationText(ended, io.now());
    const result = Array.isArray(ended.result) ? `, ${ended.result.length} records came back` : "";
    const reason = ended.reason == null ? "" : `: ${neutralise(ended.reason.split("\n")[0] ?? "")}`;
    return `${head}  ${stateText(io, ended.state)}${took === "" ? "" : ` after ${took}`}${result}${reason}`;
  });
}
