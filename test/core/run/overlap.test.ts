import { describe, expect, it } from "vitest";
import { admission, skippedReason } from "../../../src/core/run/overlap.ts";

describe("admission", () => {
  it("lets runs in up to the limit, then follows the policy", () => {
    for (const overlap of ["skip", "queue", "replace"] as const) {
      expect(admission({ limit: 2, overlap }, 1)).toBe("admit");
      expect(admission({ limit: 2, overlap }, 2)).toBe(overlap);
    }
  });

  it("limits nothing without a limit, or when runs may overlap", () => {
    expect(admission({ limit: undefined, overlap: "skip" }, 1000)).toBe("unlimited");
    expect(admission({ limit: 1, overlap: "allow" }, 1000)).toBe("unlimited");
  });

  it("says why a run was skipped", () => {
    expect(skippedReason({ limit: 1, overlap: "skip" })).toMatch(/^Another run of this action/);
    expect(skippedReason({ limit: 3, overlap: "skip" })).toContain("3 runs");
  });
});
