import { type Redactor, redactor } from "../../core/redact/redactor.ts";

/** Values that nobody may read in what a run says; more come as its steps need secrets. */
export interface HiddenValues {
  add(values: readonly string[]): void;
  /** For all of them. Made anew only when there are more: with a key of ssh among them that takes 4 ms. */
  redactor(): Redactor;
}

export function hiddenValues(first: readonly string[]): HiddenValues {
  const all = new Set(first);
  let made: Redactor | undefined;
  return {
    add(values) {
      const before = all.size;
      for (const value of values) all.add(value);
      if (all.size > before) made = undefined;
    },
    redactor() {
      made ??= redactor([...all]);
      return made;
    },
  };
}
