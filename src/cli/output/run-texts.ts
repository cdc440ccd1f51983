import type { RunState } from "../../core/run/run.ts";
import type { LogLineJson, ProgressJson, RunJson } from "../connection/wire.ts";
import type { Io } from "../io.ts";
import { questionText, voteLines } from "./approval-texts.ts";
import { neutralise } from "./neutralise.ts";
import { clockTime, exactTime, relativeTime, sizeText, spanText } from "./time-texts.ts";

const colours = {
  waiting: "yellow",
  queued: "yellow",
  running: "cyan",
  succeeded: "green",
  failed: "red",
  timed_out: "red",
  cancelled: "yellow",
  skipped: "dim",
  rejected: "red",
  expired: "red",
  interrupted: "red",
} as const satisfies Record<RunState, string>;

/** The state, coloured; words stay whole for whoever sees no colours. */
export const stateText = (io: Io, state: RunState): string =>
  io.style(Object.hasOwn(colours, state) ? colours[state] : "reset", neutralise(state));

/** "schedule", "alert DiskFull", "step of 3Mcs…": what started a run. */
export function triggerText({ trigger }: RunJson): string {
  const { kind, name, run, destination } = trigger;
  if (kind === "destination" && typeof destination === "string") return `destination ${destination}`;
  if (kind === "alert" && typeof name === "string") return `alert ${name}`;
  if (typeof run !== "string" || run === "") return kind;
  return kind === "event" ? `event ${run}` : `${kind} of ${run}`;
}

/** How long it ran, or runs until `now` (milliseconds); "" where it never started. */
export function durationText(run: RunJson, now: number): string {
  if (run.started_at == null) return "";
  return spanText(((run.ended_at ?? now * 1000) - run.started_at) / 1000);
}

/** One line of a log: time, where it came from when that is not plain output, text. */
export function logLineText(io: Io, line: LogLineJson): string {
  const mark = neutralise(
    line.stream === "log" ? (line.level ?? "log") : line.stream === "stdout" ? "" : line.stream,
  );
  const colour =
    mark === "error" || mark === "critical" || mark === "stderr"
      ? "red"
      : mark === "warning"
        ? "yellow"
        : "dim";
  const prefix = mark === "" ? "" : `${io.style(colour, mark.padEnd(7))} `;
  return `${io.style("dim", clockTime(line.at))} ${prefix}${neutralise(line.text)}`;
}

/** The facts of one run as lines of `key  value`; empty ones left out. */
export function runFacts(io: Io, run: RunJson): string[] {
  const now = io.now();
  const when = (at: number | null | undefined) =>
    at == null ? "" : `${exactTime(at)}  (${relativeTime(at, now)})`;
  const facts: readonly (readonly [string, string])[] = [
    ["run", run.id],
    ["action", `${run.action_name}  (${run.action_id})`],
    ["version", `${run.version || "not accepted"}  (digest ${run.digest.slice(0, 12)})`],
    ["state", run.state],
    ["reason", run.reason ?? ""],
    ["started by", `${triggerText(run)}, ${run.actor}`],
    ["approval", run.approval == null ? "" : questionText({ ...run, approval: run.approval }, now)],
    ["approved by", run.approval == null ? "" : voteLines(run.approval).join("; ")],
    ["created", when(run.created_at)],
    ["started", when(run.started_at)],
    ["ended", when(run.ended_at)],
    ["took", durationText(run, now)],
    ["retry of", run.retry_of ?? ""],
    ["category", run.category ?? ""],
    ["progress", run.progress == null ? "" : progressText(run.progress)],
    ["attempt", run.attempt !== undefined && run.attempt > 1 ? String(run.attempt) : ""],
    ["exit", run.exit_code == null ? (run.signal ?? "") : String(run.exit_code)],
    ["isolation", run.isolation ?? ""],
    ["memory", run.peak_memory == null ? "" : `${sizeText(run.peak_memory)} at its peak`],
    ["cpu time", run.cpu_time == null ? "" : spanText(run.cpu_time)],
    ["parameters", isEmpty(run.parameters) ? "" : JSON.stringify(run.parameters)],
  ];
  const shown = (key: string, value: string) =>
    key === "state" ? stateText(io, run.state) : neutralise(value);
  return facts
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key.padEnd(11)} ${shown(key, value)}`);
}

const progressText = ({ finished, known, current }: ProgressJson): string =>
  `${finished} of ${known} steps${current === null ? "" : `, now ${current}`}`;

/** The result as a person reads it: indented JSON, or its size where the server kept it back. */
export function resultText(run: RunJson): string | undefined {
  if (run.result !== undefined) return neutralise(JSON.stringify(run.result, null, 2), true);
  if (run.result_size != null) return `(${sizeText(run.result_size)}, too large to show)`;
  return undefined;
}

const isEmpty = (value: unknown): boolean =>
  value == null || (typeof value === "object" && Object.keys(value).length === 0);
