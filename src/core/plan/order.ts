import type { ItemKind, Operation, OperationKind } from "./plan.ts";

/**
 * What must be there before what:
 *
 *     level 0    service-account
 *                      ^
 *                      |  an action names the account that its runs have the rights of
 *     level 1       action
 *
 * Made forward, level by level, in each: creates, updates, replaces. Deleted backward, after all else.
 */
const kindOrder: readonly ItemKind[] = ["service-account", "action"];
const made: readonly OperationKind[] = ["create", "update", "replace"];

/** Operations of one group may run at the same time; a group starts when the one before has ended. */
function groupOf({ kind, operation }: Pick<Operation, "kind" | "operation">): number {
  const level = kindOrder.indexOf(kind);
  if (operation === "delete") return kindOrder.length * made.length + (kindOrder.length - 1 - level);
  return level * made.length + made.indexOf(operation);
}

/** Sorts by group, then by name in code units. */
export const order = (operations: readonly Operation[]): readonly Operation[] =>
  [...operations].sort(
    (left, right) =>
      groupOf(left) - groupOf(right) || (left.name < right.name ? -1 : left.name > right.name ? 1 : 0),
  );

/** The ordered operations, cut at the barriers. */
export function groups(operations: readonly Operation[]): readonly (readonly Operation[])[] {
  const cut = Map.groupBy(order(operations), groupOf);
  return [...cut.values()];
}
