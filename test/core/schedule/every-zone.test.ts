/// <reference lib="esnext.temporal" />
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileSchedule } from "../../../src/core/schedule/compile-schedule.ts";
import { samples, soak } from "../../samples.ts";
import { changes, localClock, observe, type Pattern } from "./oracle.ts";
import { cron } from "./schedule-literal.ts";

const zones = Intl.supportedValuesOf("timeZone");
/** Zones whose clocks change in summer, and one that changes for Ramadan: a sample of all would mostly see nothing. */
const changing = zones.filter(
  (zone) =>
    offset(zone, Date.UTC(2027, 0, 15)) !== offset(zone, Date.UTC(2027, 6, 15)) ||
    zone === "Africa/Casablanca",
);
const day = 24 * 3_600_000;

function offset(zone: string, at: number): number {
  return localClock(zone)(at) - at;
}

const numbers = (from: number, to: number, step = 1): number[] => {
  const found: number[] = [];
  for (let number = from; number <= to; number += step) found.push(number);
  return found;
};

/** One field: its text and the numbers that it stands for. */
function field(from: number, to: number): fc.Arbitrary<{ text: string; numbers: number[] }> {
  const one = fc.integer({ min: from, max: to });
  return fc.oneof(
    fc.constant({ text: "*", numbers: numbers(from, to) }),
    one.map((number) => ({ text: `${number}`, numbers: [number] })),
    fc
      .uniqueArray(one, { minLength: 2, maxLength: 4 })
      .map((list) => ({ text: list.join(","), numbers: list })),
    fc
      .integer({ min: 2, max: Math.floor(to / 2) })
      .map((step) => ({ text: `*/${step}`, numbers: numbers(from, to, step) })),
    fc.tuple(one, one).map(([a, b]) => ({
      text: `${Math.min(a, b)}-${Math.max(a, b)}`,
      numbers: numbers(Math.min(a, b), Math.max(a, b)),
    })),
  );
}

type Day = { text: string; matches: Pattern["day"] };
const days: fc.Arbitrary<Day> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Day>({ text: "* * *", matches: () => true }) },
  fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 }).map((list): Day => {
    return { text: `* * ${list.join(",")}`, matches: ({ weekday }) => list.includes(weekday) };
  }),
  fc.constant<Day>({
    text: "L * *",
    matches: ({ year, month, day: date }) => date === new Date(Date.UTC(year, month, 0)).getUTCDate(),
  }),
  fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 5 })).map(([wanted, nth]): Day => {
    return {
      text: `* * ${wanted}#${nth}`,
      matches: ({ day: date, weekday }) => weekday === wanted && Math.ceil(date / 7) === nth,
    };
  }),
  fc.tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 0, max: 6 })).map(([date, weekday]): Day => {
    return {
      text: `${date} * ${weekday}`,
      matches: (given) => given.day === date || given.weekday === weekday,
    };
  }),
);

const patterns: fc.Arbitrary<Pattern> = fc
  .tuple(field(0, 59), field(0, 23), days)
  .map(([minutes, hours, date]) => ({
    text: `${minutes.text} ${hours.text} ${date.text}`,
    minutes: minutes.numbers,
    hours: hours.numbers,
    day: date.matches,
  }));

/** Fire times in (from, to], ms. */
function compute(pattern: Pattern, zone: string, from: number, to: number): number[] {
  const compiled = compileSchedule(cron(pattern.text, zone));
  const found: number[] = [];
  for (let at = compiled.next(from * 1000); at !== undefined && at <= to * 1000; at = compiled.next(at))
    found.push(at / 1000);
  return found;
}

function agree(pattern: Pattern, zone: string, from: number, to: number): void {
  expect(compute(pattern, zone, from, to)).toEqual(observe(pattern, zone, from, to));
}

describe("what is computed is what a clock in the zone shows, minute by minute", () => {
  const years = soak ? numbers(1970, 2037) : [2011, 2026, 2027];

  test("around every change of a zone's clock", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(soak ? zones : changing)),
        fc.constantFrom(...years),
        patterns,
        (zone, year, pattern) => {
          for (const change of changes(zone, year))
            agree(pattern, zone, change - 1.5 * day, change + 1.5 * day);
        },
      ),
      samples(15, 4_000),
    );
  });

  test("from any minute near a change", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          "Europe/Zurich",
          "America/New_York",
          "Australia/Lord_Howe",
          "Africa/Casablanca",
          "Pacific/Apia",
        ),
        fc.constantFrom(2010, 2011, 2027),
        patterns,
        fc.integer({ min: -180, max: 180 }),
        (zone, year, pattern, minutes) => {
          for (const change of changes(zone, year))
            agree(pattern, zone, change + minutes * 60_000, change + 6 * 3_600_000);
        },
      ),
      samples(12, 2_000),
    );
  });

  test("a whole year: two zones, or every one", { timeout: 3_600_000 }, () => {
    for (const zone of soak ? zones : ["Africa/Casablanca", "Australia/Lord_Howe"])
      fc.assert(
        fc.property(patterns, (pattern) =>
          agree(pattern, zone, Date.UTC(2026, 11, 1), Date.UTC(2027, 11, 31)),
        ),
        samples(1, 1),
      );
  });
});

test("every zone of the database has a next night", () => {
  for (const zone of zones) {
    const compiled = compileSchedule(cron("30 2 * * *", zone));
    const first = compiled.next(Date.UTC(2027, 0, 10) * 1000)!;
    expect({ zone, hours: (compiled.next(first)! - first) / 3.6e9 }).toEqual({ zone, hours: 24 });
  }
});

// zone.ts looks at a zone's offset once a day: this is what makes that enough. Temporal knows every change.
test.skipIf(typeof Temporal === "undefined")(
  "no two changes of any zone lie within two days of each other",
  () => {
    for (const zone of zones) {
      let at = Temporal.ZonedDateTime.from(`1900-01-01T00:00[${zone}]`);
      for (let last = -Infinity; ; ) {
        const next = at.getTimeZoneTransition("next");
        if (next === null || next.year > 2060) break;
        if (next.epochMilliseconds - last <= 2 * day) throw new Error(`${zone}: ${at} and ${next}`);
        last = next.epochMilliseconds;
        at = next;
      }
    }
  },
);
