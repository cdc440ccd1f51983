import { existsSync, globSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bytes, execute, world } from "./world.ts";

/** Every Python 3.8 to 3.19 that lies where version managers and distributions put them. */
const found = [
  ...globSync(join(homedir(), ".pyenv/versions/3.{8,9,1[0-9]}.*/bin/python3")),
  ...["8", "9", "10", "11", "12", "13", "14"].map((minor) => `/usr/bin/python3.${minor}`),
].filter((path) => existsSync(path));

describe.each(found.length > 0 ? found : ["python3"])("with %s", (python) => {
  test.each(["full", "basic"] as const)("the same action does the same at level %s", async (highest) => {
    const { executor, bundle } = world({ python, highest });
    const folder = bundle(`
import json, logging, os, subprocess, sys
def main(data, logger):
    print("python", sys.version_info[0])
    logger.info("got %d", len(data))
    if data[0] == "fail":
        raise ValueError("no")
    left = subprocess.Popen(["sleep", "600"])
    return [{"a": "é"}, *data]
`);
    const good = await execute(executor, folder, { entry: "realtime", input: bytes('["x"]') });
    expect(good.outcome).toMatchObject({ end: "succeeded", exitCode: 0 });
    expect(good.result).toEqual([{ a: "é" }, "x"]);
    expect(good.lines).toEqual([
      "stdout: python 3",
      "info: got 1",
      "system: 1 process that it left behind ended with it.",
    ]);
    const bad = await execute(executor, folder, { entry: "realtime", input: bytes('["fail"]') });
    expect(bad.outcome).toMatchObject({ end: "failed", reason: "ValueError: no (main.py:7)" });
    const { version } = await executor.describe();
    expect(version).toMatch(/^3\.\d+\.\d+$/);
  });
});
