import type { Plan } from "../core/plan/plan.ts";

/** What `rota plan`, `apply` and `validate` end with. Contract. */
export const exitCodes = {
  done: 0,
  internal: 1,
  usage: 2,
  invalid: 3,
  changes: 10,
  conflict: 12,
  rail: 13,
  stale: 14,
  denied: 20,
  unreachable: 21,
  partly: 22,
  notConverged: 23,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * The exit code of a plan: what stops it first, then whether it would change anything. Without
 * `detailed` changes are no reason to fail.
 */
export function planExitCode(plan: Plan, { detailed }: { readonly detailed: boolean }): ExitCode {
  if (plan.findings.some(({ stops }) => stops)) return exitCodes.conflict;
  if (plan.rails.length > 0) return exitCodes.rail;
  return detailed && plan.operations.length > 0 ? exitCodes.changes : exitCodes.done;
}
