import { itemKey } from "../../core/plan/pair.ts";
import type { Applied, Plan } from "../../core/plan/plan.ts";
import type { Desired } from "../desired.ts";
import { advanceLedger } from "../ledger/advance-ledger.ts";
import { nextItems, sameRecord } from "../ledger/next-applied.ts";
import { look, type View } from "../look.ts";
import type { ApplyRequest } from "../request.ts";
import { applyExitCode } from "./apply-exit-code.ts";
import { failureOf } from "./failure.ts";
import type { ApplyEvent, ApplyReport, ItemReport, LedgerReport } from "./report.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import type { Runtime } from "./runtime.ts";

export interface ConcludeContext {
  readonly view: View;
  readonly desired: Desired;
  readonly reports: readonly ItemReport[];
  readonly request: ApplyRequest;
  readonly retry: RetryPolicy;
  readonly runtime: Runtime;
  readonly tell: (event: ApplyEvent) => void;
}

/**
 * Ends an apply: records what was done, also of a partial one, then plans once more. A run that wrote
 * nothing and has nothing to record has just seen that nothing is left.
 */
export async function conclude(context: ConcludeContext): Promise<ApplyReport> {
  const { view, reports, request } = context;
  const ledger = await record(context);
  const cancelledBy = cancelReason(request.signal);
  const checked =
    cancelledBy !== undefined
      ? { after: undefined, notConverged: "it was stopped" }
      : reports.length === 0
        ? { after: view.plan, notConverged: undefined }
        : await checkConverged(context);
  const report = {
    plan: view.plan,
    items: reports,
    unchanged: view.plan.unchanged,
    ledger,
    ...checked,
    cancelledBy,
  };
  const exitCode = applyExitCode(report);
  return { ...report, exitCode, resume: exitCode === 0 ? undefined : (request.resume ?? "rota apply") };
}

async function record({
  view,
  desired,
  reports,
  request,
  retry,
  runtime,
  tell,
}: ConcludeContext): Promise<LedgerReport> {
  const from = view.applied?.generation ?? 0;
  const next: Applied = {
    generation: from + 1,
    scope: desired.scope,
    // A partial apply is not the commit's state yet.
    commit: reports.every(({ outcome }) => outcome === "done") ? desired.commit : view.applied?.commit,
    planId: view.plan.planId,
    actor: request.actor,
    at: runtime.now(),
    items: nextItems(view.applied, view.settled, reports, new Set(view.pairs.map(itemKey))),
    alerts: desired.alerts,
  };
  const ledger: LedgerReport = sameRecord(view.applied, next)
    ? { state: "unchanged", generation: from }
    : await advanceLedger(request.server.ledger, from, next, retry);
  tell({ event: "ledger", ledger, applied: ledger.state === "advanced" ? next : undefined });
  return ledger;
}

async function checkConverged({
  desired,
  request,
  retry,
  tell,
}: ConcludeContext): Promise<{ after: Plan | undefined; notConverged: string | undefined }> {
  tell({ event: "verifying" });
  try {
    const { plan } = await look(desired, request, retry);
    const left = plan.operations.length + plan.findings.filter(({ stops }) => stops).length;
    const notConverged =
      left === 0 ? undefined : `${left} ${left === 1 ? "item is" : "items are"} not as declared`;
    return { after: plan, notConverged };
  } catch (error) {
    return {
      after: undefined,
      notConverged: `the server could not be read again: ${failureOf(error).message}`,
    };
  }
}

function cancelReason(signal: AbortSignal | undefined): string | undefined {
  if (!signal?.aborted) return undefined;
  return typeof signal.reason === "string" ? signal.reason : "SIGINT";
}
