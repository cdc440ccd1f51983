import type { Step } from "../action/action.ts";
import { evaluateCondition, parseExpression } from "../expression/expression.ts";
import { references } from "../expression/references.ts";
import { standing } from "./standing.ts";
import type { Runbook } from "./step-run.ts";
import { type RunValues, variables } from "./variables.ts";

/** `broken`: a sentence that says what is wrong with its condition. */
export type Verdict = "run" | { readonly skip: string } | { readonly broken: string };

/**
 * Whether a step runs, by its `if`. A condition in CEL is asked only while nothing has failed, unless it names
 * `run.failed`: nobody means "in production" to say "even after a failure". Skipped steps change nothing here, so
 * that it does not matter when they are recorded.
 */
export function judgeStep(runbook: Runbook, values: RunValues, number: number): Verdict {
  const step = runbook.action.steps[number] as Step;
  const { failed, lastFailed, cleaningUp } = standing(runbook, number);
  if (step.if === "always") return "run";
  if (cleaningUp)
    return { skip: runbook.run.cancelAsked ? "The run was cancelled." : "The run's time was over." };
  if (step.if === "previous_failure")
    return failed !== undefined || lastFailed ? "run" : { skip: "No step before it has failed." };
  const stopped = failed && {
    skip: `It runs only when nothing failed before, and "${failed.step.name}" did.`,
  };
  if (step.if === "previous_success") return stopped ?? "run";
  const parsed = parseExpression(step.if, { condition: true });
  if (!parsed.ok) return { broken: `Its condition cannot be read: ${parsed.problem}.` };
  const asksOfFailure = references(parsed.expression).some(
    ({ name, member }) => name === "run" && member === "failed",
  );
  if (stopped !== undefined && !asksOfFailure) return stopped;
  const met = evaluateCondition(parsed.expression, variables(runbook, values, number));
  if (!met.ok) return { broken: `Its condition cannot be evaluated: ${met.problem}.` };
  return met.value ? "run" : { skip: `Its condition is not met: ${step.if.trim()}` };
}
