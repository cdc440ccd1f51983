import type { EndMessage } from "../sandbox/messages.ts";
import type { Ending } from "./outcome.ts";

/** Signals that the kernel sends to a program for what it did itself. */
const crashes: Readonly<Record<string, string>> = {
  SIGSEGV: "it used memory that is not its own",
  SIGBUS: "it used memory that is not there",
  SIGABRT: "it gave up by itself (abort)",
  SIGILL: "it ran an instruction that this processor does not have",
  SIGFPE: "it calculated what cannot be calculated, as a division by zero",
  SIGSYS: "it made a system call that is not allowed",
  SIGTRAP: "it ran into a breakpoint",
};

/** The signal that a shell's exit code tells of, on Linux and macOS alike. */
export const signalOfCode: Readonly<Record<number, string>> = {
  132: "SIGILL",
  134: "SIGABRT",
  136: "SIGFPE",
  137: "SIGKILL",
  139: "SIGSEGV",
  143: "SIGTERM",
};

/**
 * The end of a program by a signal that nobody of ours sent: a crash, the kernel's want of memory, or somebody on the
 * machine. `what` and `when` as in "The process", " before main() returned".
 */
export function signalEnding(signal: string, { starved }: EndMessage, what: string, when: string): Ending {
  const crash = crashes[signal];
  if (crash !== undefined)
    return { end: "failed", reason: `${what} was ended by ${signal}${when}: it crashed, because ${crash}.` };
  if (signal === "SIGXFSZ")
    return {
      end: "failed",
      reason: `${what} was ended by ${signal}${when}: a file grew too large (resources.disk).`,
    };
  if (signal !== "SIGKILL") return { end: "failed", reason: `${what} was ended by ${signal}${when}.` };
  if (starved)
    return {
      end: "out_of_memory",
      reason: `${what} was ended by SIGKILL${when}: the machine ran out of memory, and the kernel ends executions first.`,
    };
  return {
    end: "failed",
    reason: `${what} was ended by SIGKILL${when}, which Rota did not send: it killed itself, or somebody on the machine did.`,
  };
}
