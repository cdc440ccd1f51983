import { itemKey } from "../../core/plan/pair.ts";
import type { DesiredItem, Operation } from "../../core/plan/plan.ts";

/**
 * Cuts a group so that a provider is made after the one that it goes through. Where two swap their places, the other
 * way round would lead them back to each other for a moment, which a server refuses.
 */
export function cutByJumps(
  group: readonly Operation[],
  desired: ReadonlyMap<string, DesiredItem>,
): readonly (readonly Operation[])[] {
  const jumpsOf = (operation: Operation): number => {
    const seen = new Set<string>();
    let item = operation.operation === "delete" ? undefined : desired.get(itemKey(operation));
    while (item?.kind === "provider" && typeof item.fields.jump === "string" && !seen.has(item.name)) {
      seen.add(item.name);
      item = desired.get(itemKey({ kind: "provider", name: item.fields.jump }));
    }
    return seen.size;
  };
  const cut = Map.groupBy(group, jumpsOf);
  return [...cut.keys()].sort((left, right) => left - right).map((jumps) => cut.get(jumps) ?? []);
}
