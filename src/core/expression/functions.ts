import { RE2JS } from "re2js";
import { type Budget, ExpressionError } from "./expression-error.ts";
import { text } from "./operators.ts";
import { timestampMethods } from "./timestamp-methods.ts";
import { Duration, isList, isMap, member, Timestamp, typeName, type Value } from "./values.ts";

/** Where a function was called. */
export interface Call {
  readonly name: string;
  readonly offset: number;
  readonly budget: Budget;
}
type Implementation = (values: readonly Value[], call: Call) => Value;

/** Functions of one value. */
export const functions: Readonly<Record<string, Implementation>> = {
  size: ([value], call) => size(value!, call),
  dyn: ([value]) => value!,
  string: ([value], call) => toText(value!, call),
  int: ([value], call) => toInt(value!, call),
  double: ([value], call) => toDouble(value!, call),
  bool: ([value], call) => toBool(value!, call),
  timestamp: ([value], call) => toTimestamp(value!, call),
  duration: ([value], call) => toDuration(value!, call),
};

/** Methods; the receiver is the first value. */
export const methods: Readonly<Record<string, Implementation>> = {
  size: functions.size!,
  startsWith: (values, call) => texts(values, call, 2, ([a, b]) => a!.startsWith(b!)),
  endsWith: (values, call) => texts(values, call, 2, ([a, b]) => a!.endsWith(b!)),
  contains: (values, call) => texts(values, call, 2, ([a, b]) => a!.includes(b!)),
  matches: (values, call) => texts(values, call, 2, ([a, b]) => matches(a!, b!, call)),
  lowerAscii: (values, call) =>
    texts(values, call, 1, ([a]) => a!.replace(/[A-Z]+/g, (part) => part.toLowerCase())),
  upperAscii: (values, call) =>
    texts(values, call, 1, ([a]) => a!.replace(/[a-z]+/g, (part) => part.toUpperCase())),
  trim: (values, call) => texts(values, call, 1, ([a]) => a!.trim()),
  indexOf: (values, call) => texts(values, call, 2, ([a, b]) => BigInt(a!.indexOf(b!))),
  lastIndexOf: (values, call) => texts(values, call, 2, ([a, b]) => BigInt(a!.lastIndexOf(b!))),
  substring,
  split: (values, call) => texts(values, call, 2, ([a, b]) => a!.split(b!)),
  join,
  ...timestampMethods,
};

const refused = (values: readonly Value[], call: Call): ExpressionError =>
  new ExpressionError(`${call.name}() does not work on ${values.map(typeName).join(", ")}`, call.offset);

function texts(
  values: readonly Value[],
  call: Call,
  count: number,
  run: (texts: readonly string[]) => Value,
): Value {
  const given = values.filter((value) => typeof value === "string");
  if (given.length !== count || values.length !== count) throw refused(values, call);
  for (const value of given) call.budget.spend(value.length / 64, call.offset);
  const result = run(given);
  if (isList(result)) call.budget.spend(result.length, call.offset);
  return result;
}

function size(value: Value, call: Call): bigint {
  if (typeof value === "string") {
    call.budget.spend(value.length / 16, call.offset);
    return BigInt([...value].length);
  }
  if (isList(value)) return BigInt(value.length);
  if (isMap(value)) return BigInt(Object.keys(value).length);
  throw refused([value], call);
}

/** Pattern length, and program size times text length: 2,000,000 is at most 40 ms (measured 20 ns a step). */
const patternLimits = { characters: 256, steps: 2_000_000 };

/**
 * RE2 syntax, in linear time whatever the pattern (no look-around, no back-references), unanchored as CEL has it.
 * JavaScript's own engine backtracks: `(a+)+$` on sixty letters would hang the process.
 */
function matches(value: string, pattern: string, call: Call): boolean {
  if (pattern.length > patternLimits.characters)
    throw new ExpressionError(
      `a pattern has at most ${patternLimits.characters} characters`,
      call.offset,
      "fatal",
    );
  const compiled = compilePattern(pattern, call);
  const steps = compiled.programSize() * value.length;
  if (steps > patternLimits.steps)
    throw new ExpressionError("the text is too long for so large a pattern", call.offset, "fatal");
  call.budget.spend(steps / 50, call.offset);
  return compiled.matcher(value).find();
}

/** Counted repetitions are written out when a pattern is compiled: 25 times `(a?){1000}` takes 120 ms (measured). */
const mostRepetitions = 1000;

function compilePattern(pattern: string, call: Call): RE2JS {
  let repetitions = 0;
  for (const [, least, most] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g))
    repetitions += Number(most || least);
  if (repetitions > mostRepetitions)
    throw new ExpressionError(`a pattern repeats at most ${mostRepetitions} times`, call.offset, "fatal");
  try {
    const compiled = RE2JS.compile(pattern);
    call.budget.spend(200 + compiled.programSize() * 5, call.offset);
    return compiled;
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    const reason =
      error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : String(error);
    throw new ExpressionError(`the pattern is not RE2 syntax: ${reason}`, call.offset);
  }
}

function substring(values: readonly Value[], call: Call): Value {
  const [value, start, end] = values;
  if (typeof value !== "string" || typeof start !== "bigint") throw refused(values, call);
  const last = end ?? BigInt(value.length);
  if (typeof last !== "bigint") throw refused(values, call);
  if (start < 0n || last < start || last > BigInt(value.length))
    throw new ExpressionError(
      `substring(${start}, ${last}) is outside a text of ${value.length} characters`,
      call.offset,
    );
  return value.substring(Number(start), Number(last));
}

function join(values: readonly Value[], call: Call): Value {
  const [list, separator = ""] = values;
  if (!isList(list!) || typeof separator !== "string") throw refused(values, call);
  let made = "";
  for (const [index] of list.entries()) {
    const item = member(list, index);
    if (typeof item !== "string") throw new ExpressionError("join() joins texts only", call.offset);
    made = text(index === 0 ? item : made + separator + item, call);
  }
  return made;
}

function toText(value: Value, call: Call): string {
  if (value instanceof Timestamp) return new Date(value.ms).toISOString();
  if (value instanceof Duration) return `${value.ms / 1000}s`;
  if (value === null || isList(value) || isMap(value)) throw refused([value], call);
  return String(value);
}

function toInt(value: Value, call: Call): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isFinite(value))
    return BigInt.asIntN(64, BigInt(Math.trunc(value)));
  if (value instanceof Timestamp) return BigInt(Math.floor(value.ms / 1000));
  if (typeof value === "string" && /^[+-]?\d{1,18}$/.test(value)) return BigInt(value.replace("+", ""));
  throw unreadable(value, call);
}

function toDouble(value: Value, call: Call): number {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (typeof value === "string" && /^[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})(e[+-]?\d{1,3})?$/i.test(value))
    return Number(value);
  throw unreadable(value, call);
}

function toBool(value: Value, call: Call): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw unreadable(value, call);
}

const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

function toTimestamp(value: Value, call: Call): Timestamp {
  if (value instanceof Timestamp) return value;
  const ms = typeof value === "bigint" ? Number(value) * 1000 : isIso(value) ? Date.parse(value) : Number.NaN;
  if (Math.abs(ms) <= 8.64e15) return new Timestamp(ms);
  throw new ExpressionError("timestamp() reads 2027-01-31T08:00:00Z, or seconds since 1970", call.offset);
}

const isIso = (value: Value): value is string => typeof value === "string" && isoInstant.test(value);

const unitMilliseconds = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
} as const;

function toDuration(value: Value, call: Call): Duration {
  if (value instanceof Duration) return value;
  if (typeof value === "string" && /^-?(\d{1,15}(\.\d{1,9})?(d|h|m|s|ms|us|ns)){1,8}$/.test(value)) {
    let ms = 0;
    for (const [, amount, unit] of value.matchAll(/([\d.]+)([a-z]+)/g))
      ms += Number(amount) * unitMilliseconds[unit as keyof typeof unitMilliseconds];
    return new Duration(value.startsWith("-") ? -ms : ms);
  }
  throw new ExpressionError('duration() reads texts such as "90s" or "1h30m"', call.offset);
}

const unreadable = (value: Value, call: Call): ExpressionError =>
  typeof value === "string"
    ? new ExpressionError(`${call.name}() cannot read ${JSON.stringify(value.slice(0, 40))}`, call.offset)
    : refused([value], call);
