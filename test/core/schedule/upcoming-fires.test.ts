import { describe, expect, test } from "vitest";
import type { Schedule } from "../../../src/core/action/action.ts";
import { firesBetween } from "../../../src/core/schedule/fires-between.ts";
import { upcomingFires } from "../../../src/core/schedule/upcoming-fires.ts";
import { localClock } from "./oracle.ts";
import { at, cron, iso, schedule } from "./schedule-literal.ts";

const hour = 3_600_000;

/** The first fires: instant, offset in hours, offset before, rule. */
function told(given: Schedule, from: string, count: number) {
  const upcoming = upcomingFires(given, at(from));
  return Array.from({ length: count }, () => {
    const fire = upcoming.next().value;
    if (!fire) return undefined;
    const { offset, offsetBefore, clocks } = fire;
    const rule = clocks && {
      kind: clocks.kind,
      wall: new Date(clocks.wall).toISOString().slice(11, 16),
      ...(clocks.kind === "repeat" && { fires: clocks.fires }),
    };
    return [iso(fire.at), offset / hour, offsetBefore === undefined ? undefined : offsetBefore / hour, rule];
  });
}

describe("J7: fires around a change of clocks", () => {
  test("in the gap: at its end, with the time that was jumped over", () => {
    expect(told(cron("30 2 * * *", "Europe/Zurich"), "2027-03-26T12:00:00Z", 3)).toEqual([
      ["2027-03-27T01:30:00Z", 1, undefined, undefined],
      ["2027-03-28T01:00:00Z", 2, 1, { kind: "gap", wall: "02:30" }],
      ["2027-03-29T00:30:00Z", 2, undefined, undefined],
    ]);
  });

  test("a time that the clock shows twice: the first time only", () => {
    expect(told(cron("30 2 * * *", "Europe/Zurich"), "2027-10-30T12:00:00Z", 2)).toEqual([
      ["2027-10-31T00:30:00Z", 2, undefined, { kind: "repeat", wall: "02:30", fires: "first" }],
      ["2027-11-01T01:30:00Z", 1, 2, undefined],
    ]);
  });

  test("an interval: each time that it is shown, and nothing for a gap", () => {
    const each = { kind: "repeat", wall: "02:00", fires: "each" };
    expect(told(cron("0 * * * *", "Europe/Zurich"), "2027-10-30T23:30:00Z", 3)).toEqual([
      ["2027-10-31T00:00:00Z", 2, undefined, each],
      ["2027-10-31T01:00:00Z", 1, 2, each],
      ["2027-10-31T02:00:00Z", 1, undefined, undefined],
    ]);
    expect(told(cron("0 * * * *", "Europe/Zurich"), "2027-03-28T00:30:00Z", 1)).toEqual([
      ["2027-03-28T01:00:00Z", 2, 1, undefined],
    ]);
  });

  test("a time named at the gap's very end needs no rule", () => {
    expect(told(cron("0 3 * * *", "Europe/Zurich"), "2027-03-28T00:00:00Z", 1)).toEqual([
      ["2027-03-28T01:00:00Z", 2, 1, undefined],
    ]);
  });

  test("half an hour of Lord Howe, and a change between two monthly fires", () => {
    expect(told(cron("15 2 * * *", "Australia/Lord_Howe"), "2027-10-02T12:00:00Z", 1)).toEqual([
      ["2027-10-02T15:30:00Z", 11, 10.5, { kind: "gap", wall: "02:15" }],
    ]);
    const monthly = schedule(
      { kind: "calendar", frequency: "monthly", time: "23:30", days: [], dayOfMonth: "last" },
      { timezone: "America/New_York" },
    );
    expect(told(monthly, "2027-02-01T12:00:00Z", 2)).toEqual([
      ["2027-03-01T04:30:00Z", -5, undefined, undefined],
      ["2027-04-01T03:30:00Z", -4, -5, undefined],
    ]);
  });

  test("what the zone's clock shows is what a clock in the zone shows, all year round", () => {
    for (const zone of ["Europe/Zurich", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]) {
      const clock = localClock(zone);
      const { fires } = firesBetween([{ schedule: cron("7 */3 * * *", zone) }], {
        from: at("2027-01-01T00:00:00Z"),
        to: at("2028-01-01T00:00:00Z"),
        limit: 5000,
      });
      expect(fires.length).toBeGreaterThan(2900);
      for (const fire of fires) expect(fire.at / 1000 + fire.offset).toBe(clock(fire.at / 1000));
    }
  });
});

describe("fires of many schedules", () => {
  const of = (name: string, given: Schedule) => ({ name, schedule: given });
  const all = [
    of("hourly", cron("0 * * * *")),
    of("half", cron("30 * * * *")),
    of("at", schedule({ kind: "at", at: at("2027-01-01T01:00:00Z") })),
    of("once", schedule({ kind: "once" })),
    of("too", cron("0 1 * * *")),
  ];
  const between = (from: string, to: string, limit: number) => {
    const { fires, cut } = firesBetween(all, { from: at(from), to: at(to), limit });
    return { fires: fires.map((fire) => `${iso(fire.at)} ${fire.of.name}`), cut };
  };

  test("are one list by time, with its start and without its end", () => {
    expect(between("2027-01-01T00:00:00Z", "2027-01-01T02:00:00Z", 10)).toEqual({
      fires: [
        "2027-01-01T00:00:00Z hourly",
        "2027-01-01T00:30:00Z half",
        "2027-01-01T01:00:00Z hourly",
        "2027-01-01T01:00:00Z at",
        "2027-01-01T01:00:00Z too",
        "2027-01-01T01:30:00Z half",
      ],
      cut: false,
    });
  });

  test("are cut at the limit, and say so only when there are more", () => {
    expect(between("2027-01-01T00:00:00Z", "2027-01-01T01:00:00Z", 2).cut).toBe(false);
    const { fires, cut } = between("2027-01-01T00:00:00Z", "2027-01-01T01:30:00Z", 2);
    expect({ count: fires.length, cut }).toEqual({ count: 2, cut: true });
    expect(firesBetween([], { from: 0, to: 1, limit: 1 })).toEqual({ fires: [], cut: false });
  });
});
