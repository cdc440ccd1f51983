import type { Json } from "../json.ts";

/**
 * What an expression computes with. Integers are bigint, everything else that is a number is a double. Lists and
 * maps may be the caller's own JSON: they are read in place and never changed.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Timestamp
  | Duration
  | readonly Value[]
  | { readonly [key: string]: Value };
export type ValueMap = { readonly [key: string]: Value };

/** A point in time, milliseconds since the epoch. */
export class Timestamp {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A span of time in milliseconds; may be negative and have fractions. */
export class Duration {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

export const isMap = (value: Value): value is ValueMap =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Timestamp) &&
  !(value instanceof Duration);

/** The name of a value's type, in the words of CEL. */
export function typeName(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "double";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  if (value instanceof Timestamp) return "timestamp";
  if (value instanceof Duration) return "duration";
  return isList(value) ? "list" : "map";
}

/**
 * A value as it was found in a list, a map or a variable: a whole JSON number is an int. undefined for what JSON
 * cannot hold (a function, a symbol, an object of a class), so that nothing of the program itself is reachable.
 */
export function found(value: unknown): Value | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint" || value === null)
    return value;
  if (typeof value !== "object") return undefined;
  if (Array.isArray(value) || value instanceof Timestamp || value instanceof Duration) return value as Value;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype ? (value as ValueMap) : undefined;
}

/** An own, plain member of a map or list; an accessor is never called, a prototype never asked. */
export function member(holder: ValueMap | readonly Value[], key: string | number): Value | undefined {
  return found(Object.getOwnPropertyDescriptor(holder, key)?.value);
}

/**
 * The JSON of a result: instants as ISO 8601 text, spans as seconds (`"90s"`). `visit` is called for each value with
 * its length, and may throw. Throws RangeError for NaN and infinity.
 */
export function toJson(value: Value, visit: (length: number) => void): Json {
  visit(typeof value === "string" ? value.length : 1);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && !Number.isFinite(value))
    throw new RangeError("the result is not a finite number");
  if (value instanceof Timestamp) return new Date(value.ms).toISOString();
  if (value instanceof Duration) return `${value.ms / 1000}s`;
  if (isList(value)) return value.map((_, index) => toJson(member(value, index) ?? null, visit));
  if (isMap(value))
    return Object.fromEntries(
      Object.keys(value).map((key) => [key, toJson(member(value, key) ?? null, visit)]),
    );
  return value;
}
