import type { SshTarget } from "../../runs/ports/executor.ts";
import type { EndMessage } from "../sandbox/messages.ts";
import { explainFailure, printable } from "./explain-failure.ts";
import { machineName } from "./hops.ts";

/** What came of a command on another machine. */
export type Report =
  | {
      readonly kind: "ended";
      readonly code: number | null;
      readonly signal: string | null;
      /** Processes that it left behind and that were ended. */
      readonly left: number;
      readonly result: boolean;
      readonly tooLong: boolean;
    }
  /** Nothing of the command has run. */
  | { readonly kind: "unstarted"; readonly reason: string }
  /** Nobody knows how far it came. */
  | { readonly kind: "unknown"; readonly reason: string };

/** Reads what `ssh_program.py` reported, which passes on texts of the other machine: nothing in it is trusted. */
export function readReport(report: EndMessage["report"], target: SshTarget): Report {
  const name = machineName(target);
  const unknown = (why: string): Report => ({
    kind: "unknown",
    reason: `${why} Whether it came to its end is not known.`,
  });
  if (report === null) return unknown(`The ssh client for ${name} was killed from outside.`);
  const text = report.reason ?? "";
  switch (report.end) {
    case "exit":
    case "signal":
    case "long":
      return endedAs(report, text);
    case "refused":
      return unstarted(`${name} could not start it: ${printable(text)}.`);
    case "broken":
      return unstarted(`${name} could not start it: ${printable(text.replace(/^\S* ?/, ""))}.`);
    case "unstarted":
      return unstarted(whyUnstarted(text, target));
    case "lost":
      return unknown(`The connection to ${name} was lost while it ran.`);
    default:
      return unknown(`${name} did not report its end as it should.`);
  }
}

const unstarted = (reason: string): Report => ({ kind: "unstarted", reason });

function endedAs({ end, result }: NonNullable<EndMessage["report"]>, text: string): Report {
  const [left = "", value = ""] = text.split(" ");
  const ended = { kind: "ended", left: Number(left) || 0, result, tooLong: end === "long" } as const;
  if (end === "signal") return { ...ended, code: null, signal: `SIG${printable(value)}` };
  return { ...ended, code: Number(value) || 0, signal: null };
}

/** ssh's own failures end with 255; with any other code the login itself ended, as one that may run nothing does. */
function whyUnstarted(text: string, target: SshTarget): string {
  const [, code = "", said = ""] = /^(-?\d+) ?([\s\S]*)$/.exec(text) ?? [];
  if (code === "255") return explainFailure(said, target);
  const words = printable(said);
  return `The login at ${machineName(target)} did not start /bin/sh (exit code ${code}${words === "" ? "" : `; it says: ${words}`}): its user needs a login shell, and the machine a POSIX shell at /bin/sh.`;
}
