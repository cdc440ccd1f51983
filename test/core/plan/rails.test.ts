import { describe, expect, it } from "vitest";
import { defaultPlanOptions } from "../../../src/core/plan/plan-options.ts";
import { checkRails } from "../../../src/core/plan/rails.ts";

const reached = (numbers: Partial<Parameters<typeof checkRails>[0]>) =>
  checkRails({ desired: 1, owned: 0, deletes: 0, updates: 0, ...numbers }, defaultPlanOptions).rails.map(
    ({ rail }) => rail,
  );

describe("rails", () => {
  it.each([
    ["2 deletes always pass", { owned: 2, deletes: 2 }, []],
    ["3 of 3 do not", { owned: 3, deletes: 3 }, ["deletes"]],
    ["20 % passes", { owned: 20, deletes: 4 }, []],
    ["above 20 % does not", { owned: 20, deletes: 5 }, ["deletes"]],
    ["half the updates pass", { owned: 10, updates: 5 }, []],
    ["more than half do not", { owned: 10, updates: 6 }, ["updates"]],
    ["below 10 owned any number of updates passes", { owned: 9, updates: 9 }, []],
    ["an empty desired set never passes", { desired: 0, owned: 0 }, ["empty"]],
    ["several at once", { desired: 0, owned: 10, deletes: 3, updates: 6 }, ["empty", "deletes", "updates"]],
  ])("%s", (_, numbers, expected) => {
    expect(reached(numbers)).toEqual(expected);
  });

  it("prints its numbers and the exact flag", () => {
    const { rails } = checkRails({ desired: 1, owned: 10, deletes: 4, updates: 0 }, defaultPlanOptions);
    expect(rails).toEqual([
      {
        rail: "deletes",
        message: "4 of 10 owned would be deleted or replaced (40 %), more than 2 and more than 20 %",
        override: "--allow-deletes",
      },
    ]);
  });

  it("speaks of one and of many", () => {
    const message = (owned: number) =>
      checkRails({ desired: 0, owned, deletes: 0, updates: 0 }, defaultPlanOptions).rails[0]?.message;
    expect(message(1)).toContain("1 on the server belongs");
    expect(message(2)).toContain("2 on the server belong ");
  });

  it("lets a flag through and records it with the numbers; a flag without need records nothing", () => {
    const options = { ...defaultPlanOptions, allowDeletes: true, allowUpdates: true, allowEmpty: true };
    const { rails, overrides } = checkRails({ desired: 1, owned: 10, deletes: 4, updates: 0 }, options);
    expect(rails).toEqual([]);
    expect(overrides).toEqual([{ flag: "--allow-deletes", reason: expect.stringContaining("4 of 10") }]);
  });
});
