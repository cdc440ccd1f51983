import pLimit from "p-limit";
import { groups } from "../../core/plan/order.ts";
import { itemKey } from "../../core/plan/pair.ts";
import type { DesiredItem, LiveItem, Operation } from "../../core/plan/plan.ts";
import { kindText } from "../../core/plan/render/summary.ts";
import type { ItemSource, SyncTarget } from "../ports.ts";
import { failureOf } from "./failure.ts";
import { cutByJumps } from "./jump-order.ts";
import { neededItems } from "./needed-items.ts";
import { performOperation } from "./perform-operation.ts";
import { replaceItem } from "./replace-item.ts";
import type { ApplyEvent, Failure, ItemReport } from "./report.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** Operations at once within a group: enough to hide the way to the server, few enough not to press it. */
const parallel = 8;

export interface RunContext {
  readonly target: SyncTarget;
  readonly scope: string;
  readonly retry: RetryPolicy;
  readonly desired: ReadonlyMap<string, DesiredItem>;
  readonly source: (item: DesiredItem) => ItemSource;
  readonly signal: AbortSignal | undefined;
  readonly tell: (event: ApplyEvent) => void;
}

/**
 * Carries out ordered operations, group after group, and reports on every one. Never rejects: a failure
 * ends its own item and what depends on it. A refused token, or a server that stays away, ends the rest.
 */
export async function runOperations(
  operations: readonly Operation[],
  context: RunContext,
): Promise<readonly ItemReport[]> {
  const reports = new Map<Operation, ItemReport>();
  const limit = pLimit(parallel);
  for (const group of groups(operations).flatMap((group) => cutByJumps(group, context.desired))) {
    await Promise.all(
      group.map((operation) =>
        limit(async () => {
          const report = await attempt(operation, [...reports.values()], context);
          reports.set(operation, report);
          context.tell({ event: "ended", report, done: reports.size, total: operations.length });
        }),
      ),
    );
  }
  return operations.map((operation) => reports.get(operation) as ItemReport);
}

async function attempt(
  operation: Operation,
  before: readonly ItemReport[],
  context: RunContext,
): Promise<ItemReport> {
  const { kind, name } = operation;
  const item = { kind, name, operation: operation.operation };
  const because = obstacle(operation, before, context);
  if (because !== undefined) return { ...item, outcome: "not-attempted", because };
  context.tell({ event: "started", item });
  try {
    const found = await perform(operation, context);
    return { ...item, outcome: "done", id: found?.id, digest: found?.digest };
  } catch (error) {
    return { ...item, outcome: "failed", error: failureOf(error) };
  }
}

async function perform(operation: Operation, context: RunContext): Promise<LiveItem | undefined> {
  const { target, scope, retry } = context;
  const desired = context.desired.get(itemKey(operation));
  const source = desired === undefined ? nothing : context.source(desired);
  const performing = { target, scope, retry, source };
  if (operation.operation === "replace" && desired !== undefined)
    return await replaceItem(operation, desired, performing);
  return await performOperation(operation, desired, performing);
}

const nothing: ItemSource = {
  bundle: () => Promise.reject(new Error("a deleted item has no code")),
  manifest: async () => undefined,
};

/** Why an operation is not even begun, from what became of those before it. */
function obstacle(
  operation: Operation,
  before: readonly ItemReport[],
  { signal, desired }: RunContext,
): string | undefined {
  if (signal?.aborted) return "stopped before it began";
  const failed = before.filter(({ outcome }) => outcome !== "done");
  const fatal = failed.find((item) => item.outcome === "failed" && endsAll(item.error));
  if (fatal?.outcome === "failed") return `${fatal.kind} ${fatal.name} failed: ${fatal.error.message}`;
  if (operation.kind !== "action")
    return operation.operation === "delete" &&
      failed.some(({ kind, operation }) => kind === "action" && operation === "delete")
      ? "an action that may still use it was not deleted"
      : undefined;
  const item = desired.get(itemKey(operation));
  if (item === undefined) return undefined;
  const broken = new Set(failed.map(itemKey));
  const missing = neededItems(item).find((needed) => broken.has(itemKey(needed)));
  return missing && `its ${kindText(missing.kind)} ${missing.name} could not be applied`;
}

const endsAll = ({ code }: Failure): boolean => code === "AUTH" || code === "UNREACHABLE";
