import type { Expression } from "../../expression/expression.ts";
import { type Reference, references } from "../../expression/references.ts";
import { didYouMean } from "../did-you-mean.ts";
import type { Problem } from "../problem.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import { type ExpressionPlace, stepIds } from "./expression-places.ts";

/**
 * What an expression takes of `parameters` and `steps` and its action does not have: a run would end there, at
 * night. `offset`: where the expression begins in the text of its place.
 */
export function* unknownReferences(
  action: WrittenAction,
  place: ExpressionPlace,
  expression: Expression,
  offset: number,
): Iterable<Problem> {
  for (const reference of references(expression)) {
    const found = unknown(action, place, reference);
    if (found === undefined) continue;
    const { text, path } = place;
    const part = { text, offset: offset + reference.offset, length: reference.length };
    yield { ...found, path, part };
  }
}

type Unknown = Pick<Problem, "code" | "message"> & { readonly hint: string };

function unknown(
  action: WrittenAction,
  place: ExpressionPlace,
  { name, member }: Reference,
): Unknown | undefined {
  if (name === "parameters") return unknownParameter(Object.keys(action.parameters ?? {}), member);
  return name === "steps" ? unknownStep(stepIds(action), place, member) : undefined;
}

function unknownParameter(declared: readonly string[], name: string): Unknown | undefined {
  if (declared.includes(name)) return undefined;
  return {
    code: "UNKNOWN_PARAMETER",
    message: `this action declares no parameter "${name.slice(0, 64)}"`,
    hint: didYouMean(name, declared) ?? "declare it under parameters",
  };
}

function unknownStep(
  ids: readonly string[],
  { stepsBefore = ids }: ExpressionPlace,
  id: string,
): Unknown | undefined {
  if (stepsBefore.includes(id)) return undefined;
  const code = "UNKNOWN_STEP";
  if (ids.includes(id))
    return {
      code,
      message: `the step "${id}" has not run when this is evaluated`,
      hint: "only steps above this one have outputs here",
    };
  return {
    code,
    message: `there is no step "${id.slice(0, 64)}"`,
    hint:
      didYouMean(id, stepsBefore) ??
      (stepsBefore.length === 0
        ? "no step stands above this one"
        : `the steps above this one are ${stepsBefore.slice(0, 10).join(", ")}`),
  };
}
