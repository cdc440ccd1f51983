/** Keys and indexes from the top of a written file down to a value. */
export type Path = readonly (string | number)[];

/** One problem of a written value, before it is known where in which file that value stands. */
export interface Problem {
  /** Stable, upper-case with underscores. */
  readonly code: string;
  readonly path: Path;
  /** Mark the key rather than its value. */
  readonly key?: boolean;
  /** Mark this part of a text value, where it stands in the source as it is. */
  readonly part?: { readonly text: string; readonly offset: number; readonly length: number };
  readonly severity?: "error" | "warning";
  readonly message: string;
  readonly hint?: string;
}

/** A path as people write it: alerts[0].match. */
export const pathText = (path: Path): string =>
  path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join("");
