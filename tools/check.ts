/** All that CI does, in one command: each step runs even when an earlier one failed, then all are told. */
import { spawnSync } from "node:child_process";

const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["format and lint", "biome", "check", "."],
  ["types", "tsc", "--noEmit"],
  ["dependency arrows", "depcruise", "--config", "tools/arrows.cjs", "src"],
  ["unused code", "knip"],
  ["generated files current", "node", "tools/generate.ts", "--check"],
  ["pages current", "node", "tools/commands-page.ts", "--check"],
  ["build", "node", "tools/build.ts"],
  ["package", "publint"],
  ["tests", "vitest", "run"],
];
const wanted = process.argv.slice(2);
const failed: string[] = [];
for (const [name, command, ...args] of steps) {
  if (wanted.includes("--no-tests") && name === "tests") continue;
  process.stdout.write(`\n== ${name}\n`);
  if (spawnSync(command, args, { stdio: "inherit" }).status !== 0) failed.push(name);
}
process.stdout.write(
  failed.length === 0 ? "\ncheck: all passed\n" : `\ncheck: failed: ${failed.join(", ")}\n`,
);
process.exit(failed.length === 0 ? 0 : 1);
