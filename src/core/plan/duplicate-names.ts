import type { ItemRef } from "./plan.ts";

/** Two live items have one name: which of them is meant cannot be known, so nothing is planned (exit 12). */
export class DuplicateNames extends Error {
  override readonly name = "DuplicateNames";
  readonly code = "DUPLICATE_NAMES";
  readonly exitCode = 12;
  readonly hint = "Delete or rename all but one of each, then plan again.";
  readonly items: readonly ItemRef[];

  constructor(items: readonly ItemRef[]) {
    const names = items.map(({ kind, name }) => `${kind} ${JSON.stringify(name)}`).join(", ");
    super(`The server has more than one ${names}: which of them is meant cannot be known`);
    this.items = items;
  }
}
