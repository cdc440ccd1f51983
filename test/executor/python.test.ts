import { describe, expect, test } from "vitest";
import { bytes, execute, world } from "./world.ts";

describe.each(["full", "basic"] as const)("an action's main at level %s", (highest) => {
  test("is called once with data and logger; its list is the result, its lines the log, in order", async () => {
    const { executor, bundle } = world({ highest });
    const folder = bundle({
      "main.py": `
import sys
from helper import shout
if __name__ == "__main__":
    raise SystemExit("not as a script")
def main(data, logger):
    print("first")
    logger.info("got %d", len(data))
    sys.stderr.write("third\\n")
    logger.warning("two\\nlines")
    print("no newline", end="")
    return [shout(item) for item in data]
`,
      "helper.py": "def shout(item): return {k: v.upper() for k, v in item.items()}",
    });
    const { outcome, lines, result } = await execute(executor, folder, {
      entry: "realtime",
      input: bytes('[{"a":"é"},{"b":"x"}]'),
    });
    expect(lines).toEqual([
      "stdout: first",
      "info: got 2",
      "stderr: third",
      "warning: two",
      "warning: lines",
      "stdout: no newline",
    ]);
    expect(result).toEqual([{ a: "É" }, { b: "X" }]);
    expect(outcome).toMatchObject({ end: "succeeded", reason: undefined, exitCode: 0, signal: undefined });
    expect(outcome.isolation).toBe(await executor.level());
    expect(outcome.peakMemory).toBeGreaterThan(1e6);
  });
});
