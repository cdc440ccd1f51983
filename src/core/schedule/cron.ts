import { Cron, CronPattern } from "croner";
import { type CronProblem, checkFields, splitFields } from "./cron-fields.ts";

/** A cron text that is understood; `expression` is its form of five fields, upper-case, single blanks. */
export type ParsedCron = { readonly ok: true; readonly expression: string } | CronProblem;

/** Longer than any list of values that a person writes; keeps parsing cheap. */
const longestText = 256;

const nicknames: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

/**
 * Reads a cron text. Accepted: five fields; the nicknames `@hourly` … `@yearly`; and six or seven fields as
 * OpenObserve hands them back, when the leading seconds are `0` and the trailing year is `*` (schedules have a
 * resolution of one minute). Days of the week are numbered as in five fields, Sunday being 0 or 7.
 */
export function parseCron(text: string): ParsedCron {
  if (text.length > longestText)
    return problem(`a cron expression has at most ${longestText} characters`, longestText);
  const written = splitFields(text);
  const first = written[0];
  if (first === undefined) return problem("the cron expression is empty; an example is 30 12 1 * *", 0);
  if (first.text.startsWith("@")) return nickname(first.text, written.length, first.offset);
  const five = fiveFields(written);
  if ("problem" in five) return five;
  const wrong = checkFields(five);
  if (wrong !== undefined) return wrong;
  const expression = five
    .map((field) => field.text.toUpperCase())
    .join(" ")
    .replaceAll("?", "*");
  try {
    new CronPattern(expression, undefined, { mode: "5-part" });
  } catch (error) {
    return problem(`"${text}" is not a cron expression: ${sentence(error)}`, first.offset);
  }
  return { ok: true, expression };
}

const problem = (text: string, offset: number): CronProblem => ({ ok: false, problem: text, offset });

const sentence = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^CronPattern: /, "");

function nickname(text: string, fields: number, offset: number): ParsedCron {
  const name = text.toLowerCase();
  if (name === "@reboot")
    return problem(
      "@reboot is not a time; an action that runs once when it is created has once: true",
      offset,
    );
  const expression = Object.hasOwn(nicknames, name) && fields === 1 ? nicknames[name] : undefined;
  if (expression !== undefined) return { ok: true, expression };
  return problem(`"${text}" is not a nickname; there are ${Object.keys(nicknames).join(", ")}`, offset);
}

/** Drops a `0` of seconds and a `*` of years; says what is wrong with any other count or value. */
function fiveFields(fields: ReturnType<typeof splitFields>): ReturnType<typeof splitFields> | CronProblem {
  if (fields.length < 5 || fields.length > 7)
    return problem(
      `a cron expression has five fields (minute, hour, day of month, month, day of week), not ${fields.length}`,
      fields.at(Math.min(fields.length, 6) - 1)!.offset,
    );
  if (fields.length === 5) return fields;
  const [seconds, year] = [fields[0]!, fields[6]];
  if (!/^0{1,2}$/.test(seconds.text))
    return problem(
      `the first of ${fields.length} fields is seconds and must be 0: schedules have a resolution of one minute`,
      seconds.offset,
    );
  if (year !== undefined && year.text !== "*" && year.text !== "?")
    return problem(`the seventh field is the year and must be *, not "${year.text}"`, year.offset);
  return fields.slice(1, 6);
}

/** A cron expression in wall-clock space: times are milliseconds of a clock that knows no zone. */
export interface WallCron {
  /** The first matching minute strictly after `wall`, or undefined when none comes before the year 10000. */
  next(wall: number): number | undefined;
  /** Whether it names every hour of the day: such an expression is an interval, not a time of the day. */
  readonly everyHour: boolean;
}

/**
 * Compiles a text that `parseCron` accepts; throws RangeError with its problem otherwise.
 * The library enumerates at offset 0 only (5-16 µs a step; with a zone name 30-50 µs): zones are ours, see zone.ts.
 */
export function compileCron(text: string): WallCron {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new RangeError(parsed.problem);
  const cron = new Cron(parsed.expression, { paused: true, mode: "5-part", utcOffset: 0 });
  const { hour } = new CronPattern(parsed.expression, undefined, { mode: "5-part" });
  return {
    everyHour: hour.every((chosen) => chosen === 1),
    next: (wall) => cron.nextRun(new Date(wall))?.getTime(),
  };
}

/** Where the search of `neverFires` begins. What never comes after it never comes: dates repeat in 400 years. */
const searchStart = Date.UTC(2020, 0, 1);

/** Whether no date ever matches (`0 0 30 2 *`). A text that `parseCron` refuses counts as never firing. */
export function neverFires(text: string): boolean {
  const parsed = parseCron(text);
  return !parsed.ok || compileCron(parsed.expression).next(searchStart) === undefined;
}
