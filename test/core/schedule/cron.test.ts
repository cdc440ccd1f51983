import { describe, expect, test } from "vitest";
import { neverFires, parseCron } from "../../../src/core/schedule/cron.ts";

describe("parseCron", () => {
  test.each([
    ["30 12 1 * *", "30 12 1 * *"],
    ["  0\t*/2  * * mon-fri ", "0 */2 * * MON-FRI"],
    ["0 0 ? * 5#2", "0 0 * * 5#2"],
    ["0 0 L JAN,JUN *", "0 0 L JAN,JUN *"],
    ["0 0 * * friL", "0 0 * * FRIL"],
    ["0 0 15W * *", "0 0 15W * *"],
    ["0-30/10,45 8-18 * * *", "0-30/10,45 8-18 * * *"],
    ["0 0 * * sat-sun", "0 0 * * SAT-SUN"],
    ["@daily", "0 0 * * *"],
    ["@Weekly", "0 0 * * 0"],
    ["0 30 12 1 * *", "30 12 1 * *"],
    ["0 30 12 1 * ? *", "30 12 1 * *"],
  ])("reads %j as %j", (text, expression) => {
    expect(parseCron(text)).toEqual({ ok: true, expression });
  });

  test.each([
    ["", 0, "empty"],
    ["* * *", 4, "five fields"],
    ["0 0 0 0 0 0 0 0", 10, "five fields"],
    ["61 * * * *", 0, 'minute "61": 61 is outside 0-59'],
    ["0 24 * * *", 2, "outside 0-23"],
    ["0 0 0 * *", 4, "outside 1-31"],
    ["0 0 * 13 *", 6, "outside 1-12"],
    ["0 0 * foo *", 6, "a name such as feb"],
    ["0 0 * * 8", 8, "outside 0-7"],
    ["0 0 * * MON#6", 8, "MON#6"],
    ["5/10 * * * *", 0, "5-59/10"],
    ["*/0 * * * *", 0, "not a step"],
    ["*/70 * * * *", 0, "larger"],
    ["*/5/5 * * * *", 0, 'more than one "/"'],
    ["1,,2 * * * *", 0, "empty"],
    ["30-10 * * * *", 0, "backwards"],
    ["1-2-3 * * * *", 0, "not a range"],
    ["? * * * *", 0, "days only"],
    ["1e1 * * * *", 0, "1E1"],
    ["٣ 0 * * *", 0, "not a number"],
    ["0 0 * * +1", 8, "+1"],
    ["15 0 12 * * *", 0, "one minute"],
    ["0 0 12 * * * 2027", 13, "year"],
    ["@reboot", 0, "once: true"],
    ["@constructor", 0, "@hourly"],
    ["@daily *", 0, "not a nickname"],
    [`${"1,".repeat(200)}1 * * * *`, 256, "256"],
    ["* * * * *\u0000", 8, "day of week"],
  ])("refuses %j at %i and says %j", (text, offset, part) => {
    expect(parseCron(text)).toEqual({ ok: false, offset, problem: expect.stringContaining(part) });
  });
});

test.each([
  ["0 0 30 2 *", true],
  ["0 0 31 4,6,9,11 *", true],
  ["0 0 29 2 *", false],
  ["0 0 * 2 1#5", false],
  ["0 0 30 2 1", false],
  ["* * * * *", false],
])("neverFires(%j) is %s", (text, never) => {
  expect(neverFires(text)).toBe(never);
});
