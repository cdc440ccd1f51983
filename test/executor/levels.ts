import type { IsolationLevel } from "../../src/core/run/run.ts";
import { makeWorld } from "./world.ts";

const all: readonly IsolationLevel[] = ["full", "reduced", "basic"];

/** The levels that this machine can be told to execute at, found by doing it. */
export async function levelsOffered(): Promise<Record<"offered" | "missing", IsolationLevel[]>> {
  const offered: IsolationLevel[] = [];
  for (const highest of all) {
    const { executor, end } = makeWorld({ highest });
    if ((await executor.level()) === highest) offered.push(highest);
    await end();
  }
  return { offered, missing: all.filter((level) => !offered.includes(level)) };
}
