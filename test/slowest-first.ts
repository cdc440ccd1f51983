import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take longest, the slowest first: one that began last would have the others' cores idle. What is not
 * listed comes after them.
 */
const slowest = [
  "readme/tour",
  "executor/contract",
  "executor/escape/escape",
  "e2e/no-secret-anywhere",
  "executor/ssh/endings",
  "cli/serve",
  "executor/hostile-executions",
  "cli/sync",
  "executor/ssh/connections",
  "executor/hostile-zygotes",
  "package/package",
  "executor/environments/environments",
  "e2e/change-secret-key",
  "executor/keep-state",
  "executor/environments/confined",
  "executor/ssh/hostile-machine",
  "e2e/examples",
  "readme/guide",
  "e2e/kill",
];

/** Orders test files so that the whole is over soonest; those that share a process come last, and together. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      if (project.config.isolate === false) return slowest.length + 1;
      const listed = slowest.indexOf(
        relative(`${project.config.root}/test`, moduleId).replace(/\.test\.ts$/, ""),
      );
      return listed < 0 ? slowest.length : listed;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
