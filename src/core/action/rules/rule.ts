import type { Problem } from "../problem.ts";
import type { WrittenAction } from "../written/written.generated.ts";

/** What a rule sees: a written action that has passed the schema. */
export interface Ruled {
  readonly action: WrittenAction;
  readonly name: string;
}

/** One thing that must hold across fields; its name says what. */
export type Rule = (ruled: Ruled) => Iterable<Problem>;
