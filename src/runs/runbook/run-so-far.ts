import type { JsonObject } from "../../core/json.ts";
import type { Runbook } from "../../core/runbook/step-run.ts";
import { type RunValues, variables } from "../../core/runbook/variables.ts";

/** What a `python` step gets as `data`: the run, its parameters, and the steps that have ended, in UTF-8 JSON. */
export function runSoFar(runbook: Runbook, values: RunValues, number: number): Uint8Array {
  const { run, parameters, steps, alert } = variables(runbook, values, number);
  const told = { run, parameters, steps, ...(isEmpty(values.alert) ? {} : { alert }) } as JsonObject;
  return Buffer.from(JSON.stringify(told), "utf8");
}

const isEmpty = (value: JsonObject): boolean => Object.keys(value).length === 0;
