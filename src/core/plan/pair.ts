import { DuplicateNames } from "./duplicate-names.ts";
import type { DesiredItem, ItemKind, ItemRef, LiveItem } from "./plan.ts";
import { PlanDefect } from "./plan-defect.ts";
import { looksTemporary, temporaryName } from "./temporary-name.ts";

/** What git says and what the server says about one name; at least one of the three is there. */
export interface Pair extends ItemRef {
  readonly desired: DesiredItem | undefined;
  readonly live: LiveItem | undefined;
  /** The new half of a replace of this item that was interrupted. */
  readonly leftover: LiveItem | undefined;
}

export const itemKey = ({ kind, name }: ItemRef): string => `${kind}/${name}`;

/**
 * Pairs desired and live items by kind and name, sorted by both in code units.
 *
 * @throws DuplicateNames when two live items share kind and name
 */
export function pair(desired: readonly DesiredItem[], live: readonly LiveItem[]): readonly Pair[] {
  const wanted = byKey(desired, (twice) => {
    throw new PlanDefect(`The desired items name ${twice.map(itemKey).join(", ")} twice`);
  });
  const found = byKey(live, (twice) => {
    throw new DuplicateNames(twice);
  });
  const leftovers = takeLeftovers(wanted, found);
  const keys = new Set([...wanted.keys(), ...found.keys()]);
  return [...keys].sort().map((key) => {
    const item = (wanted.get(key) ?? found.get(key)) as ItemRef;
    const { kind, name } = item;
    return {
      kind,
      name,
      desired: wanted.get(key),
      live: found.get(key),
      leftover: leftovers.get(key),
    };
  });
}

function byKey<Item extends ItemRef>(
  items: readonly Item[],
  refuse: (twice: readonly Item[]) => never,
): Map<string, Item> {
  const map = new Map<string, Item>();
  const twice = new Map<string, Item>();
  for (const item of items) {
    const key = itemKey(item);
    if (map.has(key)) twice.set(key, item);
    map.set(key, item);
  }
  if (twice.size > 0) refuse([...twice.values()]);
  return map;
}

/** Moves live items that hold a desired action's temporary name out of `found`, under that action's key. */
function takeLeftovers(
  wanted: ReadonlyMap<string, DesiredItem>,
  found: Map<string, LiveItem>,
): Map<string, LiveItem> {
  const leftovers = new Map<string, LiveItem>();
  // Hashing 10,000 names costs 15 ms; nearly always there is nothing to look for.
  const candidates = [...found.values()].filter(
    ({ kind, name }) => kind === "action" && looksTemporary(name),
  );
  if (candidates.length === 0) return leftovers;
  const kind: ItemKind = "action";
  for (const item of wanted.values()) {
    if (item.kind !== kind) continue;
    const key = itemKey({ kind, name: temporaryName(item.name) });
    const leftover = wanted.has(key) ? undefined : found.get(key);
    if (leftover === undefined) continue;
    leftovers.set(itemKey(item), leftover);
    found.delete(key);
  }
  return leftovers;
}
