import type { Pair } from "./pair.ts";
import type { PlanOptions } from "./plan-options.ts";

/**
 * Whether the live side's fields must be read before this pair can be planned. False for all that a
 * digest settles, so that a plan with one change reads one item beside the list.
 */
export function needsFields({ desired, live }: Pair, scope: string, { adopt }: PlanOptions): boolean {
  if (desired === undefined || live === undefined || live.fields !== undefined) return false;
  if (live.digest !== undefined && live.digest === desired.digest) return false;
  return live.managedBy === scope || adopt.includes(desired.name);
}
