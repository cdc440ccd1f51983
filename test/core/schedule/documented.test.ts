import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nextFire } from "../../../src/core/schedule/compile-schedule.ts";
import { at, cron, iso } from "./schedule-literal.ts";

const page = readFileSync(new URL("../../../docs/reference/schedules.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `([^`]+)` +\| (\S+) +\| (\d{4}-\S+) +\| (\d{4}-\S+) +\|$/gm)];

test("the page has its examples", () => {
  expect(rows.length).toBeGreaterThanOrEqual(12);
});

test.each(rows.map(([, expression, zone, after, fires]) => [expression!, zone!, after!, fires!] as const))(
  "%s in %s after %s fires at %s",
  (expression, zone, after, fires) => {
    expect(iso(nextFire(cron(expression, zone), at(after)))).toBe(fires);
  },
);
