import { type ASTNode, Environment, ParseError, TypeError as TypingError } from "@marcbachmann/cel-js";
import type { Json, JsonObject } from "../json.ts";
import { nearest } from "../nearest.ts";
import { createBudget, ExpressionError } from "./expression-error.ts";
import { condition, interpret, type Scope } from "./interpret.ts";
import { unsupported } from "./unsupported.ts";
import { found, toJson } from "./values.ts";

/** An understood expression; made by `parseExpression` only. */
export interface Expression {
  readonly text: string;
  /** What it yields as far as that is known before it runs: "bool", "string", "dyn" … */
  readonly type: string;
  readonly tree: ASTNode;
}

/** A problem, as a sentence without a final dot; `offset` counts UTF-16 units from the start of the text. */
export interface ExpressionProblem {
  readonly ok: false;
  readonly problem: string;
  readonly offset: number;
  /** Only that: a map has not the member that is asked for. */
  readonly missing?: true;
}
export type ParsedExpression = { readonly ok: true; readonly expression: Expression } | ExpressionProblem;
export type Evaluated<T = Json> = { readonly ok: true; readonly value: T } | ExpressionProblem;

/** The names that an expression may use, unless its place has fewer. */
const expressionNames = ["parameters", "alert", "steps", "run", "env"] as const;

const longestExpression = 4096;
const limits = {
  maxAstNodes: 500,
  maxDepth: 40,
  maxListElements: 200,
  maxMapEntries: 100,
  maxCallArguments: 8,
};

/**
 * Reads CEL. Unknown names and functions, types that cannot meet, and what is bounded (4096 characters, 500 nodes,
 * depth 40) are problems. `names`: the top-level names of the place; `condition`: whether it must be true or false.
 */
export function parseExpression(
  text: string,
  place: { readonly names?: readonly string[]; readonly condition?: boolean } = {},
): ParsedExpression {
  const names = place.names ?? expressionNames;
  if (text.length > longestExpression)
    return {
      ok: false,
      problem: `an expression has at most ${longestExpression} characters`,
      offset: longestExpression,
    };
  if (text.trim() === "") return { ok: false, problem: "the expression is empty", offset: 0 };
  try {
    const environment = new Environment({
      unlistedVariablesAreDyn: false,
      homogeneousAggregateLiterals: false,
      limits,
    });
    for (const name of names) environment.registerVariable(name, "map<string, dyn>");
    const parsed = environment.parse(text);
    const refusal = unsupported(parsed.ast, names);
    if (refusal !== undefined) return { ok: false, ...refusal };
    const { valid, type = "dyn", error } = parsed.check();
    if (!valid) return problemOf(error, names);
    if (place.condition && type !== "bool" && type !== "dyn")
      return { ok: false, problem: `a condition must be true or false, and this is a ${type}`, offset: 0 };
    return { ok: true, expression: { text, type, tree: parsed.ast } };
  } catch (error) {
    return problemOf(error, names);
  }
}

function problemOf(error: unknown, names: readonly string[]): ExpressionProblem {
  if (!(error instanceof ParseError || error instanceof TypingError)) throw error;
  const offset = error.range?.start ?? 0;
  const unknown = /^Unknown variable: (.*)$/s.exec(error.summary)?.[1];
  if (unknown === undefined) return { ok: false, problem: sentence(error.summary), offset };
  const near = nearest(unknown, names);
  const hint = near === undefined ? `the names are ${names.join(", ")}` : `did you mean "${near}"?`;
  return { ok: false, problem: `there is no "${unknown.slice(0, 64)}" here; ${hint}`, offset };
}

/** The parser's summaries in our words, where those say more. */
function sentence(summary: string): string {
  const overload = /^no such overload: (\S+|map<.*>) (==|!=|<=|>=|[-+*/%<>]|in) (.+)$/.exec(summary);
  if (overload !== null) return `"${overload[2]}" does not work on ${overload[1]} and ${overload[3]}`;
  if (summary.startsWith("Exceeded max"))
    return `the expression is too large: ${summary.slice("Exceeded ".length)}`;
  return summary.charAt(0).toLowerCase() + summary.slice(1);
}

/**
 * The value as JSON. `variables` is plain JSON by name; it is read in place. Bounded in steps and in the size of
 * what is made (expression-error.ts); never throws for what the expression or the variables hold.
 */
export function evaluateExpression(expression: Expression, variables: JsonObject): Evaluated {
  const scope = scopeOf(variables);
  return attempt(() =>
    toJson(interpret(expression.tree, scope), (length) => scope.budget.spend(1 + length / 64, 0)),
  );
}

/** The value of a condition; anything but true or false is a problem. */
export function evaluateCondition(expression: Expression, variables: JsonObject): Evaluated<boolean> {
  return attempt(() => condition(expression.tree, scopeOf(variables)));
}

const scopeOf = (variables: JsonObject): Scope => ({
  budget: createBudget(),
  lookup: (name) => found(Object.getOwnPropertyDescriptor(variables, name)?.value),
});

function attempt<T>(run: () => T): Evaluated<T> {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    if (error instanceof ExpressionError) {
      const { message: problem, offset, missing } = error;
      return { ok: false, problem, offset, ...(missing && { missing: true }) };
    }
    if (!(error instanceof RangeError)) throw error;
    const deep = error.message.includes("call stack");
    return { ok: false, problem: deep ? "a value is nested too deep" : error.message, offset: 0 };
  }
}
