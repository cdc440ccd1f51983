import type { ASTNode } from "@marcbachmann/cel-js";
import { nearest } from "../nearest.ts";
import { comprehensions } from "./comprehensions.ts";
import { type Budget, ExpressionError } from "./expression-error.ts";
import { functions, methods } from "./functions.ts";
import { binary } from "./operators.ts";
import { isList, isMap, member, typeName, type Value, type ValueMap } from "./values.ts";

/** Members of a map among which a suggestion is looked for: data of others may have any number. */
const mostNames = 500;

/** Names that are visible, and the work that is left. */
export interface Scope {
  lookup(name: string): Value | undefined;
  readonly budget: Budget;
}

/**
 * The value of a node. The tree is walked here rather than by the parser's own evaluator, which has no limit on
 * the steps of nested comprehensions, backtracks in `matches`, and takes a map with a key "constructor" for a class.
 */
export function interpret(node: ASTNode, scope: Scope): Value {
  scope.budget.spend(1, node.start);
  switch (node.op) {
    case "value":
      return node.args as Value;
    case "id":
      return identifier(node.args, node.start, scope);
    case ".":
      return select(interpret(node.args[0], scope), node.args[1], node);
    case "[]":
      return index(interpret(node.args[0], scope), interpret(node.args[1], scope), node);
    case "list":
      return node.args.map((item) => interpret(item, scope));
    case "map":
      return literalMap(node.args, scope);
    case "?:":
      return interpret(condition(node.args[0], scope) ? node.args[1] : node.args[2], scope);
    case "&&":
      return junction(node.args, scope, false);
    case "||":
      return junction(node.args, scope, true);
    case "!_":
      return !condition(node.args, scope);
    case "-_":
      return negate(interpret(node.args, scope), node.start);
    case "call":
      return call(node.args[0], node.args[1], node, scope);
    case "rcall":
      return method(node.args[0], node.args[1], node.args[2], node, scope);
    case ".?":
    case "[?]":
      throw new ExpressionError("optional access is not available", node.start);
    default:
      return binary(interpret(node.args[0], scope), interpret(node.args[1], scope), {
        operator: node.op,
        offset: node.start,
        budget: scope.budget,
      });
  }
}

/** The value of a node that must be true or false. */
export function condition(node: ASTNode, scope: Scope): boolean {
  const value = interpret(node, scope);
  if (typeof value === "boolean") return value;
  throw new ExpressionError(`this must be true or false and is a ${typeName(value)}`, node.start);
}

function identifier(name: string, offset: number, scope: Scope): Value {
  const value = scope.lookup(name);
  if (value === undefined) throw new ExpressionError(`this run has no "${name}"`, offset);
  return value;
}

function select(holder: Value, key: string, node: ASTNode): Value {
  if (!isMap(holder)) throw new ExpressionError(`a ${typeName(holder)} has no member "${key}"`, node.start);
  const value = member(holder, key);
  if (value === undefined) throw missing(holder, key, node);
  return value;
}

function missing(holder: ValueMap, key: string, node: ASTNode): ExpressionError {
  const suggestion = nearest(key, Object.keys(holder).slice(0, mostNames));
  const hint = suggestion === undefined ? "test for it with has(...)" : `did you mean "${suggestion}"?`;
  return new ExpressionError(`there is no "${key.slice(0, 64)}" here; ${hint}`, node.start, "missing");
}

function index(holder: Value, key: Value, node: ASTNode): Value {
  if (isMap(holder) && typeof key === "string") return select(holder, key, node);
  if (!isList(holder) || typeof key !== "bigint")
    throw new ExpressionError(`a ${typeName(holder)} has no index of type ${typeName(key)}`, node.start);
  const value = key >= 0n && key < BigInt(holder.length) ? member(holder, Number(key)) : undefined;
  if (value === undefined)
    throw new ExpressionError(`the list has ${holder.length} items, no item ${key}`, node.start);
  return value;
}

function literalMap(entries: readonly (readonly [ASTNode, ASTNode])[], scope: Scope): Value {
  const made = entries.map(([keyNode, valueNode]): [string, Value] => {
    const key = interpret(keyNode, scope);
    if (typeof key !== "string") throw new ExpressionError("the keys of a map are texts", keyNode.start);
    return [key, interpret(valueNode, scope)];
  });
  return Object.fromEntries(made);
}

/** CEL's `&&` and `||`: the side that decides wins, even when the other has no value. */
function junction(sides: readonly [ASTNode, ASTNode], scope: Scope, decisive: boolean): boolean {
  let first: ExpressionError | undefined;
  for (const side of sides) {
    try {
      if (condition(side, scope) === decisive) return decisive;
    } catch (error) {
      if (!(error instanceof ExpressionError) || error.fatal) throw error;
      first ??= error;
    }
  }
  if (first !== undefined) throw first;
  return !decisive;
}

function negate(value: Value, offset: number): Value {
  if (typeof value === "bigint" || typeof value === "number") return -value;
  throw new ExpressionError(`"-" does not work on a ${typeName(value)}`, offset);
}

function call(name: string, parameters: readonly ASTNode[], node: ASTNode, scope: Scope): Value {
  if (name === "has") return has(parameters[0]!, scope);
  const run = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (run === undefined || parameters.length !== 1)
    throw new ExpressionError(`there is no function ${name}()`, node.start);
  return run([interpret(parameters[0]!, scope)], { name, offset: node.start, budget: scope.budget });
}

function has(node: ASTNode, scope: Scope): boolean {
  if (node.op !== ".") throw new ExpressionError("has() takes a member, as in has(alert.labels)", node.start);
  const holder = interpret(node.args[0], scope);
  if (!isMap(holder)) throw new ExpressionError(`a ${typeName(holder)} has no members`, node.start);
  return member(holder, node.args[1]) !== undefined;
}

function method(
  name: string,
  receiver: ASTNode,
  parameters: readonly ASTNode[],
  node: ASTNode,
  scope: Scope,
): Value {
  const value = interpret(receiver, scope);
  if (Object.hasOwn(comprehensions, name))
    return comprehensions[name]!(value, parameters, { scope, offset: node.start, condition, interpret });
  const run = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (run === undefined) throw new ExpressionError(`there is no method ${name}()`, node.start);
  const values = [value, ...parameters.map((parameter) => interpret(parameter, scope))];
  return run(values, { name, offset: node.start, budget: scope.budget });
}
