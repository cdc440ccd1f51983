import type { EndMessage } from "../sandbox/messages.ts";
import type { Ending } from "./outcome.ts";
import { signalEnding, signalOfCode } from "./signal-ending.ts";

/** How a shell ended by itself: its exit code decides, and says what ended its last command where a signal did. */
export function shellEnding(message: EndMessage): Ending {
  const { code, signal } = message;
  if (signal) return signalEnding(signal, message, "The shell", "");
  if (code === 0) return { end: "succeeded", reason: undefined };
  const of = code === null ? undefined : signalOfCode[code];
  if (of !== undefined) {
    const told = signalEnding(of, message, "its last command", "");
    return { ...told, reason: `Exit code ${code}: ${told.reason}` };
  }
  return { end: "failed", reason: `Exit code ${code}${code === null ? "" : (meanings[code] ?? "")}.` };
}

/** What POSIX gives a meaning to. */
const meanings: Readonly<Record<number, string>> = {
  126: ": a command was found, and could not be executed",
  127: ": a command was not found",
};
