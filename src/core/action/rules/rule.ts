import type { Problem } from "../problem.ts";
import type { WrittenAction } from "../written/written.generated.ts";

/** One thing that must hold across fields of an action that has passed the schema; its name says what. */
export type Rule = (action: WrittenAction) => Iterable<Problem>;
