import { canonicalJson, type Json } from "../../core/json.ts";
import { itemKey } from "../../core/plan/pair.ts";
import type { Applied, AppliedItem } from "../../core/plan/plan.ts";
import type { ItemReport } from "../apply/report.ts";

/**
 * The items that the ledger should hold after an apply, sorted: what is live as declared, and what was
 * done now. What failed or was not attempted keeps its entry, and so do orphans, so that a change made
 * on the server meanwhile is still told from one of ours. An entry that neither git nor the server
 * knows any more (`known`, by item key) goes.
 */
export function nextItems(
  applied: Applied | undefined,
  settled: readonly AppliedItem[],
  reports: readonly ItemReport[],
  known: ReadonlySet<string>,
): readonly AppliedItem[] {
  const items = new Map(
    (applied?.items ?? []).map((item) => [itemKey(item), item] as const).filter(([key]) => known.has(key)),
  );
  for (const item of settled) items.set(itemKey(item), item);
  for (const report of reports) {
    if (report.outcome !== "done") continue;
    const { kind, name, id, digest } = report;
    if (report.operation === "delete" || id === undefined || digest === undefined)
      items.delete(itemKey(report));
    else items.set(itemKey(report), { kind, name, id, digest });
  }
  return [...items.values()].sort((left, right) => (itemKey(left) < itemKey(right) ? -1 : 1));
}

/** Whether two records of what was applied say the same, whatever their generation, time and actor. */
export const sameRecord = (left: Said | undefined, right: Said): boolean =>
  left !== undefined && text(left) === text(right);

type Said = Pick<Applied, "commit" | "items" | "alerts">;

const text = ({ commit, items, alerts = [] }: Said): string =>
  canonicalJson({
    commit: commit ?? null,
    alerts: alerts.map(({ name, receiver, match }) => [name, receiver, match ?? null]).sort() as Json,
    items: items.map(({ kind, name, id, digest }) => [kind, name, id, digest]).sort() as Json,
  });
