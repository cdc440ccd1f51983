import { describe, expect, test } from "vitest";
import type { Timing } from "../../../src/core/action/action.ts";
import { compileSchedule, cronOf, nextFire } from "../../../src/core/schedule/compile-schedule.ts";
import { createSchedules } from "../../../src/core/schedule/schedules.ts";
import type { Instant } from "../../../src/core/time.ts";
import { at, cron, iso, schedule } from "./schedule-literal.ts";

/** The first `count` fire times after an instant. */
function fires(given: ReturnType<typeof schedule>, from: string, count: number): (string | undefined)[] {
  const compiled = compileSchedule(given);
  const found: (string | undefined)[] = [];
  let instant: Instant | undefined = at(from);
  while (instant !== undefined && found.length < count) {
    instant = compiled.next(instant);
    found.push(iso(instant));
  }
  return found;
}

describe("timings", () => {
  test.each<[string, ReturnType<typeof schedule>, string, (string | undefined)[]]>([
    ["cron", cron("30 12 1 * *"), "2027-01-01T12:30:00Z", ["2027-02-01T12:30:00Z", "2027-03-01T12:30:00Z"]],
    ["strictly after", cron("* * * * *"), "2027-01-01T00:00:00Z", ["2027-01-01T00:01:00Z"]],
    ["a moment before", cron("0 0 * * *"), "2026-12-31T23:59:59.999Z", ["2027-01-01T00:00:00Z"]],
    [
      "day of month or day of week",
      cron("0 0 13 * 5"),
      "2027-08-07T00:00:00Z",
      ["2027-08-13T00:00:00Z", "2027-08-20T00:00:00Z"],
    ],
    ["last day", cron("0 0 L * *"), "2028-02-01T00:00:00Z", ["2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z"]],
    [
      "second Friday",
      cron("0 0 * * 5#2"),
      "2027-01-01T00:00:00Z",
      ["2027-01-08T00:00:00Z", "2027-02-12T00:00:00Z"],
    ],
    ["leap day across 2100", cron("0 0 29 2 *"), "2096-03-01T00:00:00Z", ["2104-02-29T00:00:00Z"]],
    ["never", cron("0 0 30 2 *"), "2027-01-01T00:00:00Z", [undefined]],
    [
      "daily",
      schedule({ kind: "calendar", frequency: "daily", time: "07:10", days: [], dayOfMonth: undefined }),
      "2027-01-01T08:00:00Z",
      ["2027-01-02T07:10:00Z"],
    ],
    [
      "weekly",
      schedule({
        kind: "calendar",
        frequency: "weekly",
        time: "07:10",
        days: ["mon", "sun"],
        dayOfMonth: undefined,
      }),
      "2027-01-01T08:00:00Z",
      ["2027-01-03T07:10:00Z", "2027-01-04T07:10:00Z", "2027-01-10T07:10:00Z"],
    ],
    [
      "monthly, skipping months without the day",
      schedule({ kind: "calendar", frequency: "monthly", time: "00:00", days: [], dayOfMonth: 31 }),
      "2027-01-31T00:00:00Z",
      ["2027-03-31T00:00:00Z", "2027-05-31T00:00:00Z"],
    ],
    [
      "the month's last day, in a zone",
      schedule(
        { kind: "calendar", frequency: "monthly", time: "23:30", days: [], dayOfMonth: "last" },
        { timezone: "America/New_York" },
      ),
      "2027-02-01T12:00:00Z",
      ["2027-03-01T04:30:00Z", "2027-04-01T03:30:00Z"],
    ],
    [
      "at",
      schedule({ kind: "at", at: at("2027-05-01T00:00:00Z") }),
      "2027-01-01T00:00:00Z",
      ["2027-05-01T00:00:00Z", undefined],
    ],
    ["once", schedule({ kind: "once" }), "2027-01-01T00:00:00Z", [undefined]],
  ])("%s", (_name, given, from, expected) => {
    expect(fires(given, from, expected.length)).toEqual(expected);
  });

  test("cronOf says a calendar as five fields", () => {
    const timing: Timing = {
      kind: "calendar",
      frequency: "weekly",
      time: "07:05",
      days: ["mon"],
      dayOfMonth: undefined,
    };
    expect(cronOf(timing)).toBe("5 7 * * mon");
  });

  test("an unknown zone and a bad expression are RangeErrors", () => {
    expect(() => nextFire(cron("* * * * *", "Europe/Atlantis"), 0)).toThrow(RangeError);
    expect(() => nextFire(cron("61 * * * *"), 0)).toThrow(RangeError);
  });
});

describe("when clocks change", () => {
  test.each<[string, string, string, string, string[]]>([
    [
      "in the gap: at its end",
      "30 2 * * *",
      "Europe/Zurich",
      "2027-03-27T12:00:00Z",
      ["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"],
    ],
    [
      "several in the gap: once",
      "0,20,40 2 * * *",
      "Europe/Zurich",
      "2027-03-28T00:00:00Z",
      ["2027-03-28T01:00:00Z", "2027-03-29T00:00:00Z"],
    ],
    [
      "one in the gap, one at its end: once",
      "0 2,3 * * *",
      "Europe/Zurich",
      "2027-03-28T00:00:00Z",
      ["2027-03-28T01:00:00Z", "2027-03-29T00:00:00Z"],
    ],
    [
      "in the repeated hour: the first time",
      "30 2 * * *",
      "Europe/Zurich",
      "2027-10-30T12:00:00Z",
      ["2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"],
    ],
    [
      "asked between both passes",
      "30 2 * * *",
      "Europe/Zurich",
      "2027-10-31T00:45:00Z",
      ["2027-11-01T01:30:00Z"],
    ],
    [
      "asked in the second pass",
      "45 2 * * *",
      "Europe/Zurich",
      "2027-10-31T01:10:00Z",
      ["2027-11-01T01:45:00Z"],
    ],
    [
      "an interval adds nothing for the gap",
      "*/30 * * * *",
      "Europe/Zurich",
      "2027-03-28T00:15:00Z",
      ["2027-03-28T00:30:00Z", "2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z"],
    ],
    [
      "an interval goes on through the repeated hour",
      "*/30 * * * *",
      "Europe/Zurich",
      "2027-10-31T00:15:00Z",
      ["2027-10-31T00:30:00Z", "2027-10-31T01:00:00Z", "2027-10-31T01:30:00Z", "2027-10-31T02:00:00Z"],
    ],
    [
      "every other hour is a time of the day",
      "0 */2 * * *",
      "Europe/Zurich",
      "2027-10-30T22:30:00Z",
      ["2027-10-31T00:00:00Z", "2027-10-31T03:00:00Z"],
    ],
    [
      "midnight in the gap",
      "0 0 * * *",
      "Asia/Beirut",
      "2027-03-27T12:00:00Z",
      ["2027-03-27T22:00:00Z", "2027-03-28T21:00:00Z"],
    ],
    [
      "Lord Howe's half an hour: gap",
      "15 2 * * *",
      "Australia/Lord_Howe",
      "2027-10-02T12:00:00Z",
      ["2027-10-02T15:30:00Z", "2027-10-03T15:15:00Z"],
    ],
    [
      "Lord Howe's half an hour: repeated",
      "45 1 * * *",
      "Australia/Lord_Howe",
      "2027-04-03T12:00:00Z",
      ["2027-04-03T14:45:00Z", "2027-04-04T15:15:00Z"],
    ],
    [
      "Samoa's day without a date",
      "0 9 * * *",
      "Pacific/Apia",
      "2011-12-29T12:00:00Z",
      ["2011-12-29T19:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T19:00:00Z"],
    ],
    [
      "Samoa's day without a date, each hour",
      "0 * * * *",
      "Pacific/Apia",
      "2011-12-30T08:30:00Z",
      ["2011-12-30T09:00:00Z", "2011-12-30T10:00:00Z"],
    ],
    [
      "Kwajalein's lost day of 1993",
      "0 12 * * *",
      "Pacific/Kwajalein",
      "1993-08-20T23:00:00Z",
      ["1993-08-21T00:00:00Z", "1993-08-21T12:00:00Z", "1993-08-22T00:00:00Z"],
    ],
    [
      "Morocco before Ramadan: repeated",
      "30 2 * * *",
      "Africa/Casablanca",
      "2026-02-14T12:00:00Z",
      ["2026-02-15T01:30:00Z", "2026-02-16T02:30:00Z"],
    ],
    [
      "Morocco after Ramadan: gap",
      "30 2 * * *",
      "Africa/Casablanca",
      "2026-03-21T12:00:00Z",
      ["2026-03-22T02:00:00Z", "2026-03-23T01:30:00Z"],
    ],
  ])("%s", (_name, expression, zone, from, expected) => {
    expect(fires(cron(expression, zone), from, expected.length)).toEqual(expected);
  });
});

test("schedules of one timing and zone are compiled once, and oldest are let go", () => {
  const schedules = createSchedules();
  const first = schedules.compile(cron("0 1 * * *", "Europe/Zurich"));
  expect(schedules.compile(cron("0 1 * * *", "Europe/Zurich", { catchUp: "all" }))).toBe(first);
  expect(schedules.compile(cron("0 1 * * *"))).not.toBe(first);
  for (let index = 0; index < 250; index += 1)
    schedules.compile(cron(`${index % 60} ${Math.floor(index / 60)} * * *`));
  expect(schedules.compile(cron("0 1 * * *", "Europe/Zurich"))).not.toBe(first);
});
