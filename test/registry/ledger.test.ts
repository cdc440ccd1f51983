import { describe, expect, it } from "vitest";
import { testRegistry } from "./accept/test-registry.ts";

const applied = (commit: string | undefined) => ({
  scope: "owner/repo",
  commit,
  planId: "p".repeat(64),
  actor: "ada@example.com",
  at: 1_700_000_000_000_000,
  items: [{ kind: "action", name: "a", id: "1", digest: "d" }] as const,
});

describe("the ledger of syncs", () => {
  it("moves by compare-and-swap, per organization and scope", async () => {
    const { registry } = await testRegistry();
    const scope = { organization: "default", scope: "owner/repo" };
    expect(await registry.readLedger(scope)).toBeUndefined();
    const advance = (from: number, commit: string | undefined, organization = "default") =>
      registry.advanceLedger({ organization, from, to: applied(commit) });
    expect(await advance(1, "a")).toEqual({ outcome: "moved", generation: 0 });
    expect(await advance(0, "a")).toEqual({ outcome: "advanced", generation: 1 });
    expect(await advance(0, "b")).toEqual({ outcome: "moved", generation: 1 });
    expect(await advance(1, undefined)).toEqual({ outcome: "advanced", generation: 2 });
    expect(await registry.readLedger(scope)).toEqual({ ...applied(undefined), alerts: [], generation: 2 });
    expect(await advance(0, "c", "other")).toEqual({ outcome: "advanced", generation: 1 });
    const history = await registry.ledgerHistory({ ...scope, limit: 50 });
    expect(history.map(({ generation, commit }) => [generation, commit])).toEqual([
      [2, undefined],
      [1, "a"],
    ]);
    expect(history[0]).not.toHaveProperty("items");
    expect(await registry.ledgerHistory({ ...scope, limit: 1 })).toHaveLength(1);
  });

  it("lets one of many that start from the same generation win", async () => {
    const { registry } = await testRegistry();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        registry.advanceLedger({ organization: "default", from: 0, to: applied(String(index)) }),
      ),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "advanced")).toHaveLength(1);
  });
});
