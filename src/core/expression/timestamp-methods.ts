import { type Budget, ExpressionError } from "./expression-error.ts";
import { Duration, Timestamp, typeName, type Value } from "./values.ts";

type Place = { readonly name: string; readonly offset: number; readonly budget: Budget };

/** Fields of a timestamp in UTC, or in the zone given (IANA), and whole units of a duration; as CEL counts them. */
export const timestampMethods: Readonly<Record<string, (values: readonly Value[], call: Place) => Value>> = {
  getFullYear: field((date) => date.getUTCFullYear()),
  getMonth: field((date) => date.getUTCMonth()),
  getDate: field((date) => date.getUTCDate()),
  getDayOfMonth: field((date) => date.getUTCDate() - 1),
  getDayOfWeek: field((date) => date.getUTCDay()),
  getDayOfYear: field((date) =>
    Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000),
  ),
  getHours: field((date) => date.getUTCHours(), 3_600_000),
  getMinutes: field((date) => date.getUTCMinutes(), 60_000),
  getSeconds: field((date) => date.getUTCSeconds(), 1000),
  getMilliseconds: field((date) => date.getUTCMilliseconds(), 1),
};

/** `unit`: what a duration is divided by, where the method exists for durations. */
function field(read: (date: Date) => number, unit?: number) {
  return (values: readonly Value[], call: Place): Value => {
    const [value, zone] = values;
    if (value instanceof Duration && unit !== undefined && zone === undefined)
      return BigInt(Math.trunc(value.ms / unit));
    if (!(value instanceof Timestamp) || (zone !== undefined && typeof zone !== "string"))
      throw new ExpressionError(
        `${call.name}() does not work on ${values.map(typeName).join(", ")}`,
        call.offset,
      );
    return BigInt(read(new Date(zone === undefined ? value.ms : wallClock(value.ms, zone, call))));
  };
}

function wallClock(ms: number, timeZone: string, call: Place): number {
  // A format costs 60 µs to make.
  call.budget.spend(200, call.offset);
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    const [month, day, year, hour, minute, second] = format.format(ms).match(/\d+/g)!.map(Number);
    return Date.UTC(year!, month! - 1, day, hour, minute, second, ((ms % 1000) + 1000) % 1000);
  } catch {
    throw new ExpressionError(`${JSON.stringify(timeZone.slice(0, 64))} is not a time zone`, call.offset);
  }
}
