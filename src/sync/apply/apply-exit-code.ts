import { type ExitCode, exitCodes } from "../exit-codes.ts";
import type { ApplyReport, ItemReport } from "./report.ts";

const byFailure: Readonly<Record<string, ExitCode>> = {
  AUTH: exitCodes.denied,
  UNREACHABLE: exitCodes.unreachable,
};

/**
 * The exit code of an apply, the first line that fits:
 *
 *     stopped by a signal                              130, by SIGTERM 143
 *     nothing done, and all failed as AUTH             20
 *     nothing done, and all failed as UNREACHABLE      21
 *     something failed or was not attempted            22
 *     ledger lost or not written, or not converged     23
 *     else                                             0
 */
export function applyExitCode(report: Omit<ApplyReport, "exitCode" | "resume">): ExitCode {
  const { items, ledger } = report;
  if (report.cancelledBy !== undefined)
    return report.cancelledBy === "SIGTERM" ? exitCodes.terminated : exitCodes.interrupted;
  if (items.some(({ outcome }) => outcome !== "done")) return sharedFailure(items) ?? exitCodes.partly;
  const recorded = ledger.state === "advanced" || ledger.state === "unchanged";
  return recorded && report.notConverged === undefined ? exitCodes.done : exitCodes.notConverged;
}

function sharedFailure(items: readonly ItemReport[]): ExitCode | undefined {
  if (items.some(({ outcome }) => outcome === "done")) return undefined;
  const codes = new Set(items.filter((item) => item.outcome === "failed").map(({ error }) => error.code));
  const [code, ...others] = codes;
  return code === undefined || others.length > 0 ? undefined : byFailure[code];
}
