import { evaluateStructure } from "../../core/expression/template.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Sealer } from "../ports/around.ts";
import type { NewRun, Version } from "../ports/run-store.ts";
import { checkParameters } from "./check-parameters.ts";
import { type Beginning, endedRun, newRun } from "./new-run.ts";

/** What starts runs by itself gives them parameters as they are written: with templates. */
export interface Given {
  /** "schedule", "event": as in "The schedule's parameter". */
  readonly giver: string;
  readonly parameters: JsonObject;
  readonly variables: JsonObject;
}

/**
 * A run that nobody is there to be told of a problem with: one that cannot be started as it should has ended as failed,
 * with the reason.
 */
export async function givenRun(
  sealer: Sealer,
  version: Version,
  begun: Omit<Beginning, "values" | "pinned" | "steps">,
  { giver, parameters, variables }: Given,
): Promise<NewRun> {
  const failed = (reason: string) => endedRun(version, begun, "failed", reason);
  const made = evaluateStructure(parameters, variables);
  if (!made.ok)
    return failed(`The ${giver}'s parameter ${made.path.join(".")} cannot be evaluated: ${made.problem}.`);
  try {
    const values = await checkParameters(version.action.parameters, made.value as JsonObject);
    return newRun(sealer, version, { ...begun, values, pinned: false, steps: [] });
  } catch (error) {
    return failed((error as Error).message);
  }
}
