import { expect, test } from "vitest";
import { checkZone, createZone } from "../../../src/core/schedule/zone.ts";

test.each(["UTC", "Europe/Zurich", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "europe/zurich"])(
  "%s is a zone",
  (name) => {
    expect(checkZone(name)).toBeUndefined();
    expect(createZone(name).segments(0).length).toBeGreaterThan(0);
  },
);

test.each([
  ["Europe/Zurch", 'did you mean "Europe/Zurich"?'],
  ["+01:00", "not a time zone"],
  ["", "not a time zone"],
  ["UTC\n", "not a time zone"],
  ["x".repeat(100_000), "not a time zone"],
])("%# is none", (name, part) => {
  const problem = checkZone(name);
  expect(problem).toContain(part);
  expect(problem!.length).toBeLessThan(200);
  expect(() => createZone(name)).toThrow(RangeError);
});
