import { describe, expect, it } from "vitest";
import { listCategories } from "../../../src/core/action/categories.ts";

const text = (used: Parameters<typeof listCategories>[0]) =>
  listCategories(used).map(({ name, standard, actions }) => `${name} ${actions}${standard ? "" : " own"}`);

describe("listCategories", () => {
  it("K3: has the five standard ones before anybody made an action", () => {
    expect(text([])).toEqual(["Maintenance 0", "Recovery 0", "Diagnostics 0", "Security 0", "Custom 0"]);
  });

  it("K4: puts own ones behind them, by name", () => {
    const used = [
      { name: "Zoo", actions: 1 },
      { name: "Billing", actions: 2 },
      { name: "Security", actions: 3 },
    ];
    expect(text(used).slice(3)).toEqual(["Security 3", "Custom 0", "Billing 2 own", "Zoo 1 own"]);
  });

  it("counts spellings of one name together, under the standard or the commonest one", () => {
    const used = [
      { name: "recovery", actions: 2 },
      { name: "Recovery", actions: 1 },
      { name: "BILLING", actions: 1 },
      { name: "Billing", actions: 4 },
    ];
    expect(text(used)).toEqual([
      "Maintenance 0",
      "Recovery 3",
      "Diagnostics 0",
      "Security 0",
      "Custom 0",
      "Billing 5 own",
    ]);
  });
});
