/** Why an expression has no value: a sentence, and where in its text (UTF-16 units from its start). */
export class ExpressionError extends Error {
  readonly offset: number;
  /** Set for limits: these are not caught by `||`, `&&`, `all` and `exists`. */
  readonly fatal: boolean;
  /** A map has not the member that is asked for. */
  readonly missing: boolean;

  constructor(message: string, offset: number, kind: "wrong" | "fatal" | "missing" = "wrong") {
    super(message);
    this.offset = offset;
    this.fatal = kind === "fatal";
    this.missing = kind === "missing";
  }
}

/** Work that one evaluation may still do. */
export interface Budget {
  /** Throws a fatal ExpressionError when `units` are more than what is left. One unit is about one node. */
  spend(units: number, offset: number): void;
}

/** About 20 ms of work on a slow machine. */
const units = 200_000;

export function createBudget(): Budget {
  let left = units;
  return {
    spend(cost, offset) {
      left -= cost;
      if (left < 0)
        throw new ExpressionError(
          "this takes too many steps; an expression is for short conditions and texts",
          offset,
          "fatal",
        );
    },
  };
}
