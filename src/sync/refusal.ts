import type { Issue } from "../core/action/issue.ts";
import type { Plan } from "../core/plan/plan.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";

/** Rota does not go on, and nothing was written: a sentence, and the code to exit with. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
  readonly code: string;
  readonly exitCode: ExitCode;
  /** What to do, on lines of its own; undefined when the message says it all. */
  readonly hint: string | undefined;

  constructor(code: string, exitCode: ExitCode, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** The repository has problems; all of them are in `issues` (exit 3). */
export class InvalidRepository extends Refusal {
  override readonly name = "InvalidRepository";
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    const count = issues.filter(({ severity }) => severity === "error").length;
    super(
      "INVALID",
      exitCodes.invalid,
      `The repository has ${count} ${count === 1 ? "problem" : "problems"}; nothing is planned from a part of it`,
    );
    this.issues = issues;
  }
}

/** Something that apply needs is missing: found before the first write (exit 3). */
export class PreflightError extends Refusal {
  override readonly name = "PreflightError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[], hint: string | undefined) {
    super("PREFLIGHT", exitCodes.invalid, `Nothing was applied:\n  ${problems.join("\n  ")}`, hint);
    this.problems = problems;
  }
}

/** The plan has findings that stop it (exit 12), or a rail refuses it (exit 13). */
export class PlanStopped extends Refusal {
  override readonly name = "PlanStopped";
  readonly plan: Plan;
  constructor(plan: Plan) {
    const stops = plan.findings.filter((finding) => finding.stops);
    const message =
      stops.length > 0
        ? stops.map(({ kind, name, message }) => `${kind} ${JSON.stringify(name)} ${message}`).join("\n")
        : plan.rails.map((rail) => `${rail.message}. If it is meant: ${rail.override}`).join("\n");
    super(
      stops.length > 0 ? "CONFLICT" : "RAIL",
      stops.length > 0 ? exitCodes.conflict : exitCodes.rail,
      `Refused, nothing was applied: ${message}`,
    );
    this.plan = plan;
  }
}

/** The saved plan is not what would be done now (exit 14). */
export class StalePlan extends Refusal {
  override readonly name = "StalePlan";
  readonly plan: Plan;
  constructor(saved: Pick<Plan, "planId" | "generation" | "commit">, plan: Plan) {
    const why = [
      saved.commit === plan.commit
        ? undefined
        : `it was made at ${commitText(saved.commit)}, and this is ${commitText(plan.commit)}`,
      saved.generation === plan.generation
        ? undefined
        : `since then something was applied (ledger generation ${saved.generation}, now ${plan.generation})`,
    ].filter((reason) => reason !== undefined);
    if (why.length === 0) why.push("the server or the flags are not as they were when it was made");
    super(
      "STALE_PLAN",
      exitCodes.stale,
      `The saved plan is stale: ${why.join("; ")}. Nothing was applied`,
      "Plan again, look at the new plan, and apply that: rota plan --out plan.json",
    );
    this.plan = plan;
  }
}

const commitText = (commit: string | undefined): string =>
  commit === undefined ? "files that are no commit" : `commit ${commit.slice(0, 12)}`;
