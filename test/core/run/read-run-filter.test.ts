import { describe, expect, it } from "vitest";
import { readRunFilter } from "../../../src/core/run/read-run-filter.ts";

const now = Date.parse("2026-08-01T12:00:00Z") * 1000;
const at = (text: string) => Date.parse(text) * 1000;

describe("readRunFilter", () => {
  it("leaves out what is not asked for", () => {
    expect(readRunFilter({}, now)).toEqual({});
  });

  it("reads several states, a trigger and a category", () => {
    expect(readRunFilter({ state: "failed, timed_out", trigger: "alert", category: "Own" }, now)).toEqual({
      states: ["failed", "timed_out"],
      trigger: "alert",
      category: "Own",
    });
  });

  it.each([
    ["2h", "2026-08-01T10:00:00Z"],
    ["3d", "2026-07-29T12:00:00Z"],
    ["90s", "2026-08-01T11:58:30Z"],
    ["0m", "2026-08-01T12:00:00Z"],
    ["2026-07-01", "2026-07-01T00:00:00Z"],
    ["2026-07-01T12:30Z", "2026-07-01T12:30:00Z"],
    ["2026-07-01T12:30:15.5+02:00", "2026-07-01T10:30:15.5Z"],
    [String(at("2026-07-01T00:00:00Z")), "2026-07-01T00:00:00Z"],
    ["999999d", "1970-01-01T00:00:00Z"],
  ])("takes %s as a time", (since, expected) => {
    expect(readRunFilter({ since }, now)).toEqual({ since: at(expected) });
  });

  it.each([
    [{ state: "faild" }, 'The state "faild" is none of: waiting, queued, running, succeeded'],
    [{ state: "failed," }, 'The state "" is none of'],
    [{ state: "toString" }, "is none of"],
    [{ trigger: "cron" }, 'The trigger "cron" is none of: schedule, once, manual'],
    [{ since: "yesterday" }, '"yesterday" is no time; write a time like 2h or 3d before now'],
    // In which zone?
    [{ since: "2026-07-01T12:30" }, "is no time"],
    [{ since: "2026-13-01" }, "is no time"],
    [{ since: "1969-01-01" }, "is no time"],
    [{ since: "2 h" }, "is no time"],
    [{ since: "" }, "is no time"],
    [{ since: "x".repeat(4000) }, `"${"x".repeat(40)}" is no time`],
  ])("refuses %j with what may be written", (written, said) => {
    expect(() => readRunFilter(written, now)).toThrow(RangeError);
    expect(() => readRunFilter(written, now)).toThrow(said);
  });
});
