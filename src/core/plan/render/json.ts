import { canonicalJson, type Json } from "../../json.ts";
import type { Plan } from "../plan.ts";
import { planId } from "../plan-id.ts";

/**
 * The plan as one line of canonical JSON (sorted keys, nothing undefined), ending with a newline. Its
 * members are those of `Plan`; what is undefined there is absent here. Read back by `readPlan`.
 *
 *     formatVersion   1
 *     planId          sha256 of this JSON without planId and hints
 *     engine          "rota 0.1.0"
 *     server, organization, scope, commit
 *     generation      of the ledger, when planned
 *     operations      in the order of execution: kind, name, operation (create, update, replace, delete),
 *                     reason, drift, id, etag, before {digest, code}, after {digest, code},
 *                     fields [{path, before, after}], codeChanged
 *     findings        kind, name, finding (adopt-needed, conflict, orphaned, protected), stops, message
 *     counts          operations by kind of operation
 *     unchanged       items that need nothing; upToDate: the same by kind of item
 *     rails           refusals: rail (deletes, updates, empty), message, override (the flag)
 *     overrides       refusals that a flag let through: flag, reason
 *     warnings        sentences
 *     hints           sentences about what runs will lack (values of secrets)
 */
export const renderJson = (plan: Plan): string => `${canonicalJson(plan as unknown as Json)}\n`;

/** A file that is no plan of ours, or was changed after it was written. */
export class PlanFileError extends Error {
  override readonly name = "PlanFileError";
  readonly code = "PLAN_FILE";
  readonly exitCode = 2;
  readonly hint = "Make a plan with: rota plan --out plan.json";
}

/**
 * Reads what `renderJson` wrote.
 *
 * @throws PlanFileError when the text is no plan, is of another format, or does not match its planId
 */
export function readPlan(text: string): Plan {
  const value = parse(text) as Partial<Plan> | null;
  if (typeof value !== "object" || value === null || Array.isArray(value) || value.planId === undefined)
    throw new PlanFileError("This file is no plan");
  if (value.formatVersion !== 1)
    throw new PlanFileError(
      `This plan has format ${JSON.stringify(value.formatVersion)}, and this Rota reads format 1`,
    );
  if (planId(value as Plan) !== value.planId)
    throw new PlanFileError("This plan was changed after it was made");
  return value as Plan;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PlanFileError("This file is not JSON");
  }
}
