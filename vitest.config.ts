import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { builtStoreThread } from "./test/build-program.ts";
import { SlowestFirst } from "./test/slowest-first.ts";

// Threads and processes that tests start read TypeScript: kept compiled, opening a store costs half.
const compiled = fileURLToPath(new URL("node_modules/.cache/rota-tests", import.meta.url));

/** Folders whose tests leave nothing behind in their process: they share one, and read the modules they share once. */
const sharing = ["access", "acceptance", "bench", "core", "registry", "runs", "store", "sync", "tools"].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  plugins: [builtStoreThread()],
  test: {
    // The full counts of `npm run soak` take what they take.
    testTimeout: process.env.ROTA_SOAK === undefined ? 120_000 : 3_600_000,
    hookTimeout: 180_000,
    pool: "forks",
    // Most tests wait for processes that they have started, and one core's worth of workers would wait with them.
    maxWorkers: availableParallelism() + 1,
    env: { NO_COLOR: "1", NODE_COMPILE_CACHE: compiled },
    globalSetup: "test/build-program.ts",
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        extends: true,
        test: { name: "own process", include: ["test/**/*.test.ts"], exclude: sharing },
      },
      { extends: true, test: { name: "shared process", include: sharing, isolate: false } },
    ],
  },
});
