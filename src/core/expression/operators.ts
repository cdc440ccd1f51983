import type { BinaryOperator } from "@marcbachmann/cel-js";
import { type Budget, ExpressionError } from "./expression-error.ts";
import { Duration, isList, isMap, member, Timestamp, typeName, type Value } from "./values.ts";

/** Longest text that an expression makes, in UTF-16 units. */
const longestText = 1_048_576;

/** Two operands in their place. */
interface Operation {
  readonly operator: BinaryOperator;
  readonly offset: number;
  readonly budget: Budget;
}

export function binary(left: Value, right: Value, at: Operation): Value {
  switch (at.operator) {
    case "==":
      return equal(left, right, at);
    case "!=":
      return !equal(left, right, at);
    case "in":
      return contains(right, left, at);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(left, right, at);
    default:
      return arithmetic(left, right, at);
  }
}

/** Deep equality; int and double compare by value, different types are unequal, as in CEL. */
function equal(left: Value, right: Value, at: Operation): boolean {
  at.budget.spend(1, at.offset);
  if (isNumber(left) && isNumber(right))
    return Number(left) === Number(right) && (typeof left !== typeof right || left === right);
  if (left instanceof Timestamp) return right instanceof Timestamp && left.ms === right.ms;
  if (left instanceof Duration) return right instanceof Duration && left.ms === right.ms;
  if (isList(left))
    return (
      isList(right) &&
      left.length === right.length &&
      left.every((_, index) => sameMember(left, right, index, at))
    );
  if (isMap(left)) {
    const keys = Object.keys(left);
    return (
      isMap(right) &&
      keys.length === Object.keys(right).length &&
      keys.every((key) => sameMember(left, right, key, at))
    );
  }
  return left === right;
}

type Holder = Parameters<typeof member>[0];
function sameMember(left: Holder, right: Holder, key: string | number, at: Operation): boolean {
  const [one, other] = [member(left, key), member(right, key)];
  return one !== undefined && other !== undefined && equal(one, other, at);
}

const isNumber = (value: Value): value is bigint | number =>
  typeof value === "bigint" || typeof value === "number";

function contains(holder: Value, value: Value, at: Operation): boolean {
  if (isList(holder))
    return holder.some((_, index) => {
      const item = member(holder, index);
      return item !== undefined && equal(item, value, at);
    });
  if (isMap(holder)) return typeof value === "string" && member(holder, value) !== undefined;
  throw new ExpressionError(`"in" looks into a list or a map, and this is a ${typeName(holder)}`, at.offset);
}

function compare(left: Value, right: Value, at: Operation): boolean {
  const [a, b] = comparable(left, right, at);
  if (at.operator === "<") return a < b;
  if (at.operator === "<=") return a <= b;
  return at.operator === ">" ? a > b : a >= b;
}

function comparable(
  left: Value,
  right: Value,
  at: Operation,
): [bigint | number | string, bigint | number | string] {
  if (isNumber(left) && isNumber(right)) return [left, right];
  if (typeof left === "string" && typeof right === "string") return [left, right];
  if (typeof left === "boolean" && typeof right === "boolean") return [Number(left), Number(right)];
  if (left instanceof Timestamp && right instanceof Timestamp) return [left.ms, right.ms];
  if (left instanceof Duration && right instanceof Duration) return [left.ms, right.ms];
  throw undefinedFor(left, right, at);
}

function arithmetic(left: Value, right: Value, at: Operation): Value {
  if (typeof left === "bigint" && typeof right === "bigint") return integer(left, right, at);
  if (isNumber(left) && isNumber(right) && at.operator !== "%")
    return double(Number(left), Number(right), at.operator);
  if (at.operator === "+") return add(left, right, at);
  if (at.operator === "-") return subtract(left, right, at);
  throw undefinedFor(left, right, at);
}

function integer(left: bigint, right: bigint, at: Operation): bigint {
  if ((at.operator === "/" || at.operator === "%") && right === 0n)
    throw new ExpressionError("division by zero", at.offset);
  const result = integerResult(left, right, at.operator);
  if (BigInt.asIntN(64, result) !== result)
    throw new ExpressionError("the result does not fit into 64 bits", at.offset);
  return result;
}

function integerResult(left: bigint, right: bigint, operator: BinaryOperator): bigint {
  if (operator === "+") return left + right;
  if (operator === "-") return left - right;
  if (operator === "*") return left * right;
  return operator === "/" ? left / right : left % right;
}

function double(left: number, right: number, operator: BinaryOperator): number {
  if (operator === "+") return left + right;
  if (operator === "-") return left - right;
  return operator === "*" ? left * right : left / right;
}

function add(left: Value, right: Value, at: Operation): Value {
  if (typeof left === "string" && typeof right === "string") return text(left + right, at);
  if (isList(left) && isList(right)) {
    at.budget.spend(left.length + right.length, at.offset);
    return [...left, ...right];
  }
  if (left instanceof Timestamp && right instanceof Duration) return new Timestamp(left.ms + right.ms);
  if (left instanceof Duration && right instanceof Timestamp) return new Timestamp(left.ms + right.ms);
  if (left instanceof Duration && right instanceof Duration) return new Duration(left.ms + right.ms);
  throw undefinedFor(left, right, at);
}

function subtract(left: Value, right: Value, at: Operation): Value {
  if (left instanceof Timestamp && right instanceof Timestamp) return new Duration(left.ms - right.ms);
  if (left instanceof Timestamp && right instanceof Duration) return new Timestamp(left.ms - right.ms);
  if (left instanceof Duration && right instanceof Duration) return new Duration(left.ms - right.ms);
  throw undefinedFor(left, right, at);
}

/** A text that was made, charged for its length. */
export function text(made: string, at: Pick<Operation, "offset" | "budget">): string {
  at.budget.spend(made.length / 64, at.offset);
  if (made.length > longestText)
    throw new ExpressionError(`the text is longer than ${longestText} characters`, at.offset, "fatal");
  return made;
}

const undefinedFor = (left: Value, right: Value, at: Operation): ExpressionError =>
  new ExpressionError(
    `"${at.operator}" does not work on ${typeName(left)} and ${typeName(right)}`,
    at.offset,
  );
