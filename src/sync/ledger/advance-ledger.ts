import type { Applied } from "../../core/plan/plan.ts";
import { failureOf } from "../apply/failure.ts";
import type { LedgerReport } from "../apply/report.ts";
import type { RetryPolicy } from "../apply/retry-policy.ts";
import type { Ledger } from "../ports.ts";
import { TargetError } from "../targets/target-error.ts";
import { sameRecord } from "./next-applied.ts";

/**
 * Moves the ledger on from the generation that was planned against. A write that may have happened is
 * looked up before it is sent again, or our own success would look like somebody else's.
 */
export async function advanceLedger(
  ledger: Ledger,
  from: number,
  to: Applied,
  retry: RetryPolicy,
): Promise<LedgerReport> {
  let unsure = false;
  for (let attempt = 0; ; attempt++) {
    try {
      if (await ledger.advance(from, to)) return { state: "advanced", generation: to.generation };
      const now = await retry.read(() => ledger.read(to.scope));
      return unsure && isOurs(now, to)
        ? { state: "advanced", generation: to.generation }
        : { state: "lost", generation: now?.generation };
    } catch (error) {
      unsure ||= error instanceof TargetError && error.mayHaveHappened;
      if (!(await retry.again(error, attempt))) return { state: "failed", error: failureOf(error) };
    }
  }
}

const isOurs = (now: Applied | undefined, to: Applied): boolean =>
  now?.generation === to.generation && now.planId === to.planId && sameRecord(now, to);
