import { describe, expect, it } from "vitest";
import { type ActionFilter, meetsFilter } from "../../../src/core/action/action-filter.ts";

const action = {
  name: "restart_nginx",
  type: "runbook" as const,
  description: "Starts the Web server again, and asks für it",
  category: "Recovery",
  tags: ["Web", "on-call"],
};
const meets = (filter: Partial<ActionFilter>) =>
  meetsFilter(action, {
    category: undefined,
    tag: undefined,
    search: undefined,
    type: undefined,
    ...filter,
  });

describe("meetsFilter", () => {
  it.each<[Partial<ActionFilter>, boolean]>([
    [{}, true],
    [{ type: "runbook" }, true],
    [{ type: "scheduled" }, false],
    [{ category: "recovery" }, true],
    [{ category: "Recover" }, false],
    [{ tag: "WEB" }, true],
    [{ tag: "on" }, false],
    [{ search: "nginx" }, true],
    [{ search: "  NGINX   server " }, true],
    [{ search: "on-call again" }, true],
    [{ search: "nginx postgres" }, false],
    [{ search: "FÜR" }, true],
    [{ search: "FU\u0308R" }, true],
    [{ search: " " }, true],
    [{ search: "nginx", category: "Recovery", tag: "web", type: "runbook" }, true],
    [{ search: "nginx", category: "Security" }, false],
    // Searched is what a person reads of it, not what it belongs to.
    [{ search: "recovery" }, false],
  ])("K2: %j: %s", (filter, expected) => {
    expect(meets(filter)).toBe(expected);
  });

  it("finds what has no category by no category's name", () => {
    const bare = { ...action, category: undefined };
    const none = { tag: undefined, search: undefined, type: undefined };
    expect(meetsFilter(bare, { category: "Custom", ...none })).toBe(false);
    expect(meetsFilter(bare, { category: undefined, ...none })).toBe(true);
  });
});
