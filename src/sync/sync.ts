import { itemKey } from "../core/plan/pair.ts";
import type { Plan } from "../core/plan/plan.ts";
import { BundleShelf } from "./apply/bundle-shelf.ts";
import { conclude } from "./apply/conclude.ts";
import { preflight } from "./apply/preflight.ts";
import type { ApplyReport } from "./apply/report.ts";
import { retryPolicy } from "./apply/retry-policy.ts";
import { runOperations } from "./apply/run-operations.ts";
import { systemRuntime } from "./apply/runtime.ts";
import { look } from "./look.ts";
import { refuseStopped, refuseUnlessSame } from "./refuse.ts";
import type { ApplyRequest, PlanRequest } from "./request.ts";

/** What would change: git is read, the server is read, nothing is written. */
export async function plan(request: PlanRequest): Promise<Plan> {
  const { runtime = systemRuntime, signal } = request;
  const desired = await request.load();
  try {
    const { plan } = await look(desired, request, retryPolicy(runtime, signal));
    return plan;
  } finally {
    await desired.close();
  }
}

/**
 * Makes the server what git says: plans again, refuses what must not be done, proves that it can be
 * done, asks, does it, records it, and plans once more to see that nothing is left.
 */
export async function apply(request: ApplyRequest): Promise<ApplyReport> {
  const { runtime = systemRuntime, signal, onEvent: tell = () => {}, server } = request;
  const retry = retryPolicy(runtime, signal);
  const desired = await request.load();
  try {
    const view = await look(desired, request, retry);
    tell({ event: "planned", plan: view.plan });
    refuseUnlessSame(view.plan, request.saved);
    refuseStopped(view.plan);
    tell({ event: "preflight", total: view.plan.operations.length });
    const items = new Map(desired.items.map((item) => [itemKey(item), item]));
    const shelf = new BundleShelf(desired.source);
    const capabilities = await retry.read(() => server.target.capabilities());
    const { missingAccounts } = view;
    await preflight({ plan: view.plan, desired: items, missingAccounts, capabilities, shelf });
    if (view.plan.operations.length > 0) await request.approve?.(view.plan);
    const { scope } = desired;
    const source = shelf.source.bind(shelf);
    const running = { target: server.target, scope, retry, desired: items, source, signal, tell };
    const reports = await runOperations(view.plan.operations, running);
    return await conclude({ view, desired, reports, request, retry, runtime, tell });
  } finally {
    await desired.close();
  }
}
