import type { Executor } from "../../../src/runs/ports/executor.ts";

/** An executor and the world it works in. */
export interface UnderTest {
  readonly executor: Executor;
  /** An unpacked bundle that it can run; a text alone is its main.py. */
  bundle(files: string | Record<string, string>): string;
  /** Ids of its living processes, its own and those of executions. */
  processes(): readonly number[];
  /** Names of what executions left behind in files; what the executor itself needs is not listed. */
  remains(): readonly string[];
}
