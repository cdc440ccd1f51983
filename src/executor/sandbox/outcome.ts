import type { IsolationLevel } from "../../core/run/run.ts";
import type { Limits, Outcome } from "../../runs/ports.ts";
import type { EndMessage } from "./messages.ts";

type Ending = Pick<Outcome, "end" | "reason">;

/** An execution that never began. */
export const notStarted = (reason: string): Outcome => bare("not_started", reason);

/** An execution that was cancelled before it began. */
export const cancelledEarly = (): Outcome => bare("cancelled", "Cancelled before it started.");

/** An execution of which nobody knows the end; nothing of it is alive. */
export const lost = (reason: string): Outcome => bare("lost", reason);

function bare(end: Outcome["end"], reason: string): Outcome {
  return {
    end,
    reason,
    exitCode: undefined,
    signal: undefined,
    duration: 0,
    peakMemory: undefined,
    cpuTime: undefined,
    isolation: undefined,
    result: undefined,
  };
}

/** What the keeper saw, as the one shape that every way to end has; the first cause wins. */
export function outcomeOf(
  message: EndMessage,
  limits: Limits,
  isolation: IsolationLevel,
  result: Uint8Array | undefined,
): Outcome {
  if (message.error !== null) return notStarted(`The program could not be started: ${message.error}`);
  const ending = message.cause ? forced(message.cause, limits) : byItself(message, limits);
  return {
    ...ending,
    exitCode: message.code ?? undefined,
    signal: message.signal ?? undefined,
    duration: message.duration,
    peakMemory: message.peak,
    cpuTime: message.cpu,
    isolation,
    result: ending.end === "succeeded" ? result : undefined,
  };
}

function forced(cause: NonNullable<EndMessage["cause"]>, limits: Limits): Ending {
  switch (cause) {
    case "timeout":
      return { end: "timed_out", reason: `It ran longer than its timeout of ${seconds(limits.timeout)}.` };
    case "cancel":
      return { end: "cancelled", reason: "Cancelled." };
    case "stop":
      return { end: "lost", reason: "The server stopped while it ran." };
    case "memory":
      return {
        end: "out_of_memory",
        reason: `It used more than ${bytes(limits.memory)} of memory (resources.memory).`,
      };
    case "output":
      return {
        end: "output_limit",
        reason: `It wrote more than ${bytes(limits.output)} of output (resources.output).`,
      };
    case "processes":
      return {
        end: "failed",
        reason: `It had more than ${limits.processes} processes and threads (resources.processes).`,
      };
    case "disk":
      return { end: "failed", reason: `It wrote more than ${bytes(limits.disk)} of files (resources.disk).` };
  }
}

function byItself({ report, code, signal, guarded }: EndMessage, limits: Limits): Ending {
  if (!guarded) return { end: "lost", reason: "The process that guarded it was killed from outside." };
  if (report && report.end !== "succeeded" && isReportable(report.end)) {
    const reason = report.reason ?? "main() failed.";
    if (report.end === "out_of_memory")
      return {
        end: report.end,
        reason: `${reason}: the limit is ${bytes(limits.memory)} (resources.memory).`,
      };
    return { end: report.end, reason };
  }
  const when = report ? "after main() had returned" : "before main() returned";
  if (signal) return { end: "failed", reason: `The process was ended by ${signal} ${when}.` };
  if (report && code === 0) return { end: "succeeded", reason: undefined };
  return { end: "failed", reason: `The process ended itself with exit code ${code} ${when}.` };
}

const isReportable = (end: string): end is "failed" | "out_of_memory" | "output_limit" =>
  end === "failed" || end === "out_of_memory" || end === "output_limit";

const seconds = (ms: number) => (ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toFixed(3))} s`);

/** As in "512 MiB"; what is no round number of a unit stays in bytes. */
function bytes(count: number): string {
  for (const [unit, size] of [
    ["GiB", 2 ** 30],
    ["MiB", 2 ** 20],
    ["KiB", 2 ** 10],
  ] as const)
    if (count >= size && count % size === 0) return `${count / size} ${unit}`;
  return `${count} bytes`;
}
