import type { Limits } from "../../runs/ports/executor.ts";
import type { EndMessage } from "../sandbox/messages.ts";
import { bytesText } from "./amounts.ts";
import type { Ending } from "./outcome.ts";
import { signalEnding } from "./signal-ending.ts";

/** How runner.py ended by itself: what it reported counts, as far as its exit code agrees. */
export function pythonEnding(message: EndMessage, limits: Limits): Ending {
  const { report, code, signal } = message;
  if (report && report.end !== "succeeded" && isReportable(report.end)) {
    const reason = report.reason ?? "main() failed.";
    if (report.end === "out_of_memory")
      return {
        end: report.end,
        reason: `${reason}: the limit is ${bytesText(limits.memory)} (resources.memory).`,
      };
    return { end: report.end, reason };
  }
  const when = report ? " after main() had returned" : " before main() returned";
  if (signal) return signalEnding(signal, message, "The process", when);
  if (report && code === 0) return { end: "succeeded", reason: undefined };
  return { end: "failed", reason: `The process ended itself with exit code ${code}${when}.` };
}

const isReportable = (end: string): end is "failed" | "out_of_memory" | "output_limit" =>
  end === "failed" || end === "out_of_memory" || end === "output_limit";
