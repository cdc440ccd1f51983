import { folded } from "./action-filter.ts";

/** There before anybody made an action, in the order in which they are offered. */
const standardCategories = ["Maintenance", "Recovery", "Diagnostics", "Security", "Custom"] as const;

export interface Category {
  readonly name: string;
  /** Whether it is one of the five that are always there. */
  readonly standard: boolean;
  /** How many live actions have it. */
  readonly actions: number;
}

/**
 * The standard categories, then one's own by name. Spellings that differ in case alone are one category, under its
 * standard name or the spelling that most actions have.
 */
export function listCategories(
  used: readonly { readonly name: string; readonly actions: number }[],
): readonly Category[] {
  const found = new Map<string, Category>(
    standardCategories.map((name) => [folded(name), { name, standard: true, actions: 0 }]),
  );
  for (const { name, actions } of used.toSorted((a, b) => b.actions - a.actions || compare(a.name, b.name))) {
    const before = found.get(folded(name)) ?? { name, standard: false, actions: 0 };
    found.set(folded(name), { ...before, actions: before.actions + actions });
  }
  const all = [...found.values()];
  const own = all.filter(({ standard }) => !standard).toSorted((a, b) => compare(a.name, b.name));
  return [...all.filter(({ standard }) => standard), ...own];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
