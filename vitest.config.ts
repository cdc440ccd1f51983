import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The full counts of `npm run soak` take what they take.
    testTimeout: process.env.ROTA_SOAK === undefined ? 30_000 : 3_600_000,
    hookTimeout: 60_000,
    pool: "forks",
    env: { NO_COLOR: "1" },
  },
});
