import { type Classified, classify } from "./classify.ts";
import { type MissingAccounts, missingAccounts, missingSentences } from "./missing-accounts.ts";
import { order } from "./order.ts";
import { itemKey, type Pair } from "./pair.ts";
import type { Applied, AppliedItem, Finding, ItemKind, OperationKind, Override, Plan } from "./plan.ts";
import { planId } from "./plan-id.ts";
import { flags, type PlanOptions } from "./plan-options.ts";
import { checkRails } from "./rails.ts";
import { toOperation } from "./to-operation.ts";

export interface PlanRequest {
  /** Live items whose digest differs from git's carry their fields. */
  readonly pairs: readonly Pair[];
  readonly applied: Applied | undefined;
  readonly scope: string;
  readonly commit: string | undefined;
  readonly server: string;
  readonly organization: string;
  /** Name and version of the program that plans. */
  readonly engine: string;
  readonly options: PlanOptions;
  /** What the loader wants to be told with the plan. */
  readonly warnings: readonly string[];
  /** What was found out of what runs will lack. */
  readonly hints: readonly string[];
}

export interface Planned {
  readonly plan: Plan;
  /** What is live as declared, as the ledger should have it. */
  readonly settled: readonly AppliedItem[];
  /** What apply cannot do without. */
  readonly missingAccounts: MissingAccounts;
}

/**
 * The plan that makes the server what git says. Pure: the same state gives the same plan and id.
 *
 * @throws PlanDefect when an item would be updated with nothing to show
 */
export function makePlan(request: PlanRequest): Planned {
  const { scope, options, applied } = request;
  const last = new Map(applied?.items.map((item) => [itemKey(item), item]));
  const classified = request.pairs.flatMap((pair) =>
    classify(pair, { scope, options, applied: last.get(itemKey(pair)) }),
  );
  const operations = order(
    classified.map((item) => toOperation(item, scope)).filter((operation) => operation !== undefined),
  );
  const checked = checkRails(numbers(request.pairs, classified, scope), options);
  const missing = missingAccounts(request.pairs, operations);
  const unchanged = classified.filter(({ change }) => change === "unchanged");
  const plan: Omit<Plan, "planId"> = {
    formatVersion: 1,
    engine: request.engine,
    server: request.server,
    organization: request.organization,
    scope,
    commit: request.commit,
    generation: applied?.generation ?? 0,
    operations,
    findings: findings(classified),
    counts: count(["create", "update", "replace", "delete"], operations, ({ operation }) => operation),
    unchanged: unchanged.length,
    upToDate: count(["service-account", "provider", "action"], unchanged, ({ kind }) => kind),
    rails: checked.rails,
    overrides: [...checked.overrides, ...stopsOverruled(classified, options)],
    warnings: [
      ...request.warnings,
      ...uselessAdopts(classified, options),
      ...missingSentences(missing, request.organization),
    ],
    hints: request.hints,
  };
  return {
    plan: { ...plan, planId: planId(plan) },
    settled: settled(classified),
    missingAccounts: missing,
  };
}

function numbers(pairs: readonly Pair[], classified: readonly Classified[], scope: string) {
  return {
    desired: pairs.filter(({ desired }) => desired !== undefined).length,
    owned: pairs.filter(({ live }) => live?.managedBy === scope).length,
    deletes: classified.filter(
      (item) => item.change === "replace" || (item.change === "delete" && !item.leftover),
    ).length,
    updates: classified.filter(({ change }) => change === "update").length,
  };
}

const findings = (classified: readonly Classified[]): readonly Finding[] =>
  classified
    .filter((item) => item.change === "finding")
    .map(({ kind, name, finding, stops, message }) => ({ kind, name, finding, stops, message }));

function count<Key extends OperationKind | ItemKind, Item>(
  keys: readonly Key[],
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): Record<Key, number> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
  for (const item of items) counts[keyOf(item)]++;
  return counts;
}

function stopsOverruled(classified: readonly Classified[], { takeGit }: PlanOptions): readonly Override[] {
  return classified.flatMap((item) => {
    if ("adopted" in item && item.adopted)
      return [{ flag: `${flags.adopt} ${item.name}`, reason: ownerOf(item.live.managedBy) }];
    if ("conflict" in item && item.conflict)
      return [{ flag: "--on-conflict take-git", reason: `${item.name}: ${takeGit?.reason ?? ""}` }];
    return [];
  });
}

const ownerOf = (scope: string | undefined): string =>
  scope === undefined ? "it was not made by Rota" : `it belonged to scope ${scope}`;

function uselessAdopts(classified: readonly Classified[], { adopt }: PlanOptions): readonly string[] {
  const taken = new Set(
    classified.filter((item) => "adopted" in item && item.adopted).map(({ name }) => name),
  );
  return [...new Set(adopt)]
    .filter((name) => !taken.has(name))
    .sort()
    .map((name) => `${flags.adopt} ${name}: nothing of this name is there to take over`);
}

const settled = (classified: readonly Classified[]): readonly AppliedItem[] =>
  classified.flatMap((item) =>
    item.change === "unchanged"
      ? [{ kind: item.kind, name: item.name, id: item.live.id, digest: item.digest }]
      : [],
  );
