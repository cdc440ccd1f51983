import { expect, it } from "vitest";
import { aimText, holds, ratio } from "../../bench/aim.ts";
import type { Row } from "../../bench/row.ts";
import { line, table } from "../../bench/table.ts";

const row = (over: Partial<Row>): Row => ({
  what: "a thing",
  floor: "another",
  measured: [12, 10, 14],
  floors: [20, 10, 30],
  aim: undefined,
  ...over,
});

it.each<[string, Row["aim"], boolean | undefined]>([
  ["", undefined, undefined],
  ["≤ 0.6 ×", 0.6, true],
  ["≤ 0.5 ×", { atMost: 0.5 }, false],
  ["≤ 0.5 × + 2 ms", { atMost: 0.5, plus: 2 }, true],
  ["≤ 0.5 × + 1.9 ms", { atMost: 0.5, plus: 1.9 }, false],
  ["≥ 0.6 ×", { atLeast: 0.6 }, true],
  ["≥ 0.7 ×", { atLeast: 0.7 }, false],
  ["p99 ≤ 14 ms", { p99: 14 }, true],
  ["p99 ≤ 13 ms", { p99: 13 }, false],
])("median 12 (p99 14) against a floor of 20, aim %j", (text, aim, held) => {
  expect(aimText(row({ aim }))).toBe(text);
  expect(holds(row({ aim }))).toBe(held);
});

it("holds nothing without samples", () => {
  expect(holds(row({ measured: [], aim: { p99: 1000 } }))).toBe(false);
  expect(holds(row({ measured: [], aim: 1 }))).toBe(false);
});

it("shows what has no floor by itself", () => {
  const alone = row({ floor: undefined, floors: [], measured: [25], unit: "MB" });
  expect(ratio(alone)).toBeUndefined();
  expect(line(alone)).toBe("25 MB  a thing, 1 samples");
  expect(table([alone]).split("\n")[2]).toBe("| a thing | 25 MB |  |  |  |  | 1 |  |");
});

it("marks in the table what misses its aim, and of a rate shows the slow end", () => {
  const missed = row({ unit: "runs/s", aim: { atLeast: 2 }, notes: "slow\n| down" });
  expect(table([missed]).split("\n")[2]).toBe(
    "| a thing | 12 / 10 runs/s | another | 20 / 10 runs/s | 0.60 | ≥ 2 × **missed** | 3 | slow down |",
  );
  expect(line(missed)).toBe("0.60 × another (aim ≥ 2 ×, MISSED)  a thing, 3 samples; slow\n| down");
});
