import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Threads and processes that tests start read TypeScript: kept compiled, opening a store costs half.
const compiled = fileURLToPath(new URL("node_modules/.cache/rota-tests", import.meta.url));

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The full counts of `npm run soak` take what they take.
    testTimeout: process.env.ROTA_SOAK === undefined ? 30_000 : 3_600_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Most tests wait for processes that they have started: one worker less than cores, the default, is slow.
    maxWorkers: Math.max(2, availableParallelism()),
    env: { NO_COLOR: "1", NODE_COMPILE_CACHE: compiled },
  },
});
