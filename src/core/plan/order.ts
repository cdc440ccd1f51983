import type { ItemKind, Operation, OperationKind } from "./plan.ts";

/**
 * What must be there before what:
 *
 *     level 0    service-account        provider
 *                      ^                   ^
 *                      |                   |   an action names the account that its runs have the rights of,
 *     level 1          +----- action ------+   and the places that its steps run at
 *
 * Made forward, level by level, in each: creates, updates, replaces. Deleted backward, after all else.
 */
const levels: Readonly<Record<ItemKind, number>> = { "service-account": 0, provider: 0, action: 1 };
const levelCount = 2;
const made: readonly OperationKind[] = ["create", "update", "replace"];

/** Operations of one group may run at the same time; a group starts when the one before has ended. */
function groupOf({ kind, operation }: Pick<Operation, "kind" | "operation">): number {
  const level = levels[kind];
  if (operation === "delete") return levelCount * made.length + (levelCount - 1 - level);
  return level * made.length + made.indexOf(operation);
}

const compareTexts = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Sorts by group, then by name in code units, then by kind. */
export const order = (operations: readonly Operation[]): readonly Operation[] =>
  [...operations].sort(
    (left, right) =>
      groupOf(left) - groupOf(right) ||
      compareTexts(left.name, right.name) ||
      compareTexts(left.kind, right.kind),
  );

/** The ordered operations, cut at the barriers. */
export function groups(operations: readonly Operation[]): readonly (readonly Operation[])[] {
  const cut = Map.groupBy(order(operations), groupOf);
  return [...cut.values()];
}
