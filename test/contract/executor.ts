import { describe } from "vitest";
import { endingContract } from "./executor/ending.ts";
import { limitsContract } from "./executor/limits.ts";
import { outputContract } from "./executor/output.ts";
import { pythonStepsContract } from "./executor/python-steps.ts";
import { resultsContract } from "./executor/results.ts";
import { shellContract } from "./executor/shell.ts";
import type { UnderTest } from "./executor/under-test.ts";

/**
 * What the port `Executor` promises, as tests. `shared` serves all that do not disturb one another, `fresh` makes one
 * that a test may stop; both are gone when the tests are over.
 */
export function executorContract(shared: UnderTest, fresh: () => UnderTest): void {
  describe("results", () => resultsContract(shared));
  describe("output", () => outputContract(shared));
  describe("ending", () => endingContract(shared, fresh));
  describe("limits", () => limitsContract(shared));
  describe("python steps", () => pythonStepsContract(shared));
  describe("shell", () => shellContract(shared));
}
