import { neverFires, parseCron } from "../../schedule/cron.ts";
import { readInstant } from "../../schedule/read-instant.ts";
import { checkZone } from "../../schedule/zone.ts";
import { fromMilliseconds, type Instant } from "../../time.ts";
import type { Problem } from "../problem.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import type { Rule } from "./rule.ts";

function* cronFires(action: WrittenAction): Iterable<Problem> {
  const cron = action.schedule?.cron;
  if (cron === undefined) return;
  const path = ["schedule", "cron"];
  const parsed = parseCron(cron);
  if (!parsed.ok)
    yield {
      code: "CRON_INVALID",
      path,
      part: { text: cron, offset: parsed.offset, length: 1 },
      message: `this cron expression cannot be read: ${parsed.problem}`,
      hint: "five fields: minute hour day-of-month month day-of-week",
    };
  else if (neverFires(cron))
    yield {
      code: "CRON_NEVER_FIRES",
      path,
      message: "this schedule never fires: no such day exists",
      hint: "L is the last day of a month",
    };
}

function* zoneExists(action: WrittenAction): Iterable<Problem> {
  const zone = action.schedule?.timezone;
  const problem = zone === undefined ? undefined : checkZone(zone);
  if (problem !== undefined) yield { code: "ZONE_UNKNOWN", path: ["schedule", "timezone"], message: problem };
}

function* calendarIsComplete(action: WrittenAction): Iterable<Problem> {
  const { schedule } = action;
  if (schedule === undefined) return;
  const { frequency } = schedule;
  const needs = (key: "time" | "days" | "dayOfMonth", allowed: boolean, with_: string): Problem[] =>
    schedule[key] === undefined || allowed
      ? []
      : [{ code: "SCHEDULE_FORM", path: ["schedule", key], key: true, message: `"${key}" is for ${with_}` }];
  yield* needs("time", frequency !== undefined, "a frequency");
  yield* needs("days", frequency === "weekly", "frequency: weekly");
  yield* needs("dayOfMonth", frequency === "monthly", "frequency: monthly");
  if (frequency === "weekly" && schedule.days === undefined)
    yield {
      code: "SCHEDULE_FORM",
      path: ["schedule", "frequency"],
      message: "frequency: weekly needs days",
      hint: "days: [mon, thu]",
    };
  if (frequency !== undefined && schedule.time === undefined)
    yield {
      code: "SCHEDULE_FORM",
      path: ["schedule", "frequency"],
      message: "a frequency needs a time",
      hint: 'time: "07:10"',
    };
}

function* instantExists(action: WrittenAction): Iterable<Problem> {
  const at = action.schedule?.at;
  if (at !== undefined && readInstant(at) === undefined)
    yield { code: "INSTANT_INVALID", path: ["schedule", "at"], message: "there is no such date and time" };
}

/** The one rule that needs a clock; only a warning, since files stay when their time has passed. */
export const notInThePast = (now: Instant): Rule =>
  function* ({ schedule }) {
    if (schedule?.at !== undefined && fromMilliseconds(Date.parse(schedule.at)) < now)
      yield {
        code: "INSTANT_PAST",
        path: ["schedule", "at"],
        severity: "warning",
        message: "this time has passed: nothing will run",
      };
  };

export const scheduleRules: readonly Rule[] = [cronFires, zoneExists, calendarIsComplete, instantExists];
