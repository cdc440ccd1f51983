import type { IsolationLevel } from "../../core/run/run.ts";
import type { Limits, Outcome } from "../../runs/ports/executor.ts";
import type { EndMessage } from "../sandbox/messages.ts";
import { bytesText, secondsText } from "./amounts.ts";

export type Ending = Pick<Outcome, "end" | "reason">;

/** An execution that never began. */
export const notStarted = (reason: string): Outcome => bare("not_started", reason);

/** An execution that was cancelled before it began. */
export const cancelledEarly = (): Outcome => bare("cancelled", "Cancelled before it started.");

/** An execution whose time was over before it could begin. */
export const timedOutEarly = ({ timeout }: Limits): Outcome =>
  bare("timed_out", `Its timeout of ${secondsText(timeout)} was over before it could start.`);

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

/**
 * What the keeper saw, as the one shape that every way to end has; the first cause wins. `byItself` tells the end of
 * a program that nobody ended.
 */
export function outcomeOf(
  message: EndMessage,
  limits: Limits,
  isolation: IsolationLevel | undefined,
  byItself: (message: EndMessage) => Ending,
): Outcome {
  if (message.error !== null) return notStarted(`The program could not be started: ${message.error}`);
  return {
    ...endingOf(message, limits, byItself),
    exitCode: message.code ?? undefined,
    signal: message.signal ?? undefined,
    duration: message.duration,
    peakMemory: message.peak,
    cpuTime: message.cpu,
    isolation,
    result: undefined,
  };
}

function endingOf(message: EndMessage, limits: Limits, byItself: (message: EndMessage) => Ending): Ending {
  if (message.cause !== null) return forced(message.cause, limits);
  if (!message.guarded)
    return { end: "lost", reason: "The process that guarded it was killed from outside." };
  return byItself(message);
}

/** The end of what was ended, by who or what ended it. */
export function forced(cause: NonNullable<EndMessage["cause"]>, limits: Limits): Ending {
  switch (cause) {
    case "timeout":
      return {
        end: "timed_out",
        reason: `It ran longer than its timeout of ${secondsText(limits.timeout)}.`,
      };
    case "cancel":
      return { end: "cancelled", reason: "Cancelled." };
    case "stop":
      return { end: "lost", reason: "The server stopped while it ran." };
    case "memory":
      return {
        end: "out_of_memory",
        reason: `It used more than ${bytesText(limits.memory)} of memory (resources.memory).`,
      };
    case "output":
      return {
        end: "output_limit",
        reason: `It wrote more than ${bytesText(limits.output)} of output (resources.output).`,
      };
    case "processes":
      return {
        end: "failed",
        reason: `It had more than ${limits.processes} processes and threads (resources.processes).`,
      };
    case "disk":
      return {
        end: "failed",
        reason: `It wrote more than ${bytesText(limits.disk)} of files (resources.disk).`,
      };
  }
}
