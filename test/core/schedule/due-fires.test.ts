import fc from "fast-check";
import { expect, test } from "vitest";
import type { Schedule } from "../../../src/core/action/action.ts";
import { compileSchedule } from "../../../src/core/schedule/compile-schedule.ts";
import { type DueFires, dueFires } from "../../../src/core/schedule/due-fires.ts";
import { samples } from "../../samples.ts";
import { at, cron, iso, schedule } from "./schedule-literal.ts";

const texts = (due: DueFires) => ({
  start: due.start.map(iso),
  missed: due.missed.map(iso),
  moreMissed: due.moreMissed,
  next: iso(due.next),
});
const look = (given: Schedule, lastDealtWith: string, now: string) =>
  texts(dueFires(given, { lastDealtWith: at(lastDealtWith), now: at(now) }));

test("a tick on time is started whatever the catch-up", () => {
  for (const catchUp of ["none", "last", "all"] as const)
    expect(
      look(cron("0 * * * *", "UTC", { catchUp }), "2027-01-01T09:00:00Z", "2027-01-01T10:00:20Z"),
    ).toEqual({
      start: ["2027-01-01T10:00:00Z"],
      missed: [],
      moreMissed: false,
      next: "2027-01-01T11:00:00Z",
    });
});

test("nothing is due", () => {
  expect(look(cron("0 * * * *"), "2027-01-01T10:00:00Z", "2027-01-01T10:30:00Z")).toEqual({
    start: [],
    missed: [],
    moreMissed: false,
    next: "2027-01-01T11:00:00Z",
  });
});

test.each([
  ["none", [], ["10", "11", "12"]],
  ["last", ["12"], ["10", "11"]],
  ["all", ["10", "11", "12"], []],
] as const)("after three hours of absence, catch-up %s", (catchUp, start, missed) => {
  const hour = (text: string) => `2027-01-01T${text}:00:00Z`;
  expect(look(cron("0 * * * *", "UTC", { catchUp }), hour("09"), "2027-01-01T12:30:00Z")).toEqual({
    start: start.map(hour),
    missed: missed.map(hour),
    moreMissed: false,
    next: hour("13"),
  });
});

test("the deadline holds for every catch-up, and for ticks on time", () => {
  const late = (catchUp: Schedule["catchUp"], startDeadline: number) =>
    look(cron("0 * * * *", "UTC", { catchUp, startDeadline }), "2027-01-01T09:00:00Z", "2027-01-01T12:00:30Z")
      .start.length;
  expect(late("all", 3_600_000)).toBe(1);
  expect(late("all", 3_700_000)).toBe(2);
  expect(late("last", 10_000)).toBe(0);
  expect(late("none", 10_000)).toBe(0);
  expect(late("none", 40_000)).toBe(1);
});

test("a year of absence of a minute cron is bounded", () => {
  const due = dueFires(cron("* * * * *", "Europe/Zurich", { catchUp: "all" }), {
    lastDealtWith: at("2026-01-01T00:00:00Z"),
    now: at("2027-01-01T00:00:00Z"),
  });
  expect(due.start.length).toBeGreaterThan(90);
  expect(due.start.length).toBeLessThanOrEqual(100);
  expect(iso(due.start.at(-1))).toBe("2027-01-01T00:00:00Z");
  expect(due.moreMissed).toBe(true);
});

test("a clock set back brings no tick again", () => {
  expect(
    look(cron("0 * * * *", "UTC", { catchUp: "all" }), "2027-01-01T12:00:00Z", "2027-01-01T09:30:00Z"),
  ).toEqual({
    start: [],
    missed: [],
    moreMissed: false,
    next: "2027-01-01T13:00:00Z",
  });
});

test("once is started after its creation however late, at follows the catch-up", () => {
  const created = at("2027-01-01T09:00:00Z");
  const once = dueFires(schedule({ kind: "once" }), {
    lastDealtWith: created - 1,
    now: at("2027-01-01T12:00:00Z"),
  });
  expect(once).toEqual({ start: [created], missed: [], moreMissed: false, next: undefined });
  const single = { kind: "at", at: at("2027-01-01T10:00:00Z") } as const;
  const missed = { start: [], missed: ["2027-01-01T10:00:00Z"], moreMissed: false, next: undefined };
  expect(look(schedule(single), "2027-01-01T09:00:00Z", "2027-01-01T12:00:00Z")).toEqual(missed);
  expect(
    look(schedule(single, { catchUp: "last" }), "2027-01-01T09:00:00Z", "2027-01-01T12:00:00Z").start,
  ).toHaveLength(1);
});

const expressions = [
  "* * * * *",
  "*/7 * * * *",
  "0 * * * *",
  "30 2 * * *",
  "0 9 * * 1-5",
  "0 0 1 * *",
  "* * 1 1 *",
];

test("looking often or seldom deals with each tick exactly once, in order", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...expressions),
      fc.constantFrom("UTC", "Europe/Zurich", "Australia/Lord_Howe"),
      fc.array(fc.integer({ min: 1, max: 3 * 3600 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: at("2027-03-20T00:00:00Z") / 1e6, max: at("2027-11-05T00:00:00Z") / 1e6 }),
      (expression, timezone, pauses, begin) => {
        const given = cron(expression, timezone, { catchUp: "all" });
        const compiled = compileSchedule(given);
        const seen: number[] = [];
        let last = begin * 1e6;
        let now = last;
        for (const pause of pauses) {
          now += pause * 1e6;
          const due = dueFires(given, { lastDealtWith: last, now }, compiled);
          if (due.moreMissed) return;
          seen.push(...due.start);
          last = due.start.at(-1) ?? last;
        }
        const expected: number[] = [];
        for (
          let tick = compiled.next(begin * 1e6);
          tick !== undefined && tick <= now;
          tick = compiled.next(tick)
        )
          expected.push(tick);
        expect(seen).toEqual(expected);
      },
    ),
    samples(100, 3_000),
  );
});
