import { describe, expect, test } from "vitest";
import { bytes, eventually, execute, processesWith, sharedWorld, world } from "./world.ts";

const counter = `
import os, sys, time
calls = []
def main(data, logger):
    calls.append(data)
    logger.info("call %d", len(calls))
    print("said", os.environ.get("WHO"))
    for item in data:
        if item == "die": os._exit(9)
        if item == "exit": sys.exit(3)
        if item == "raise": raise ValueError("no")
        if item == "wait": time.sleep(60)
    return [len(calls), os.environ.get("WHO"), sorted(name for name in os.listdir(".")), "zygote.py" in open("/proc/self/cmdline").read()]
`;

describe.each(["warm", "full", "basic"] as const)("keepState, %s", (how) => {
  const options = { highest: how === "basic" ? "basic" : "full" } as const;
  const shared = sharedWorld(options);
  let keys = 0;
  async function kept({ executor, bundle, dataDir } = shared) {
    if (how === "warm") await executor.warm(undefined);
    const keep = `action-${keys++}`;
    const folder = bundle(counter);
    const call = (items: unknown, asked: Parameters<typeof execute>[2] = {}) =>
      execute(executor, folder, {
        entry: "realtime",
        keep,
        input: bytes(JSON.stringify(items)),
        ...asked,
      });
    return { executor, bundle, folder, dataDir, call };
  }
  const count = (result: unknown) => (result as [number])[0];

  test("globals survive between calls; input, variables, log and limits are each call's own", async () => {
    const { executor, call } = await kept();
    const first = await call([1], { env: { WHO: "one" } });
    expect(first.lines).toEqual(["info: call 1", "stdout: said one"]);
    expect(first.result).toEqual([1, "one", [], how === "warm" && (await executor.level()) === "full"]);
    const second = await call([2], { env: { OTHER: "x" } });
    expect(second.lines).toEqual(["info: call 2", "stdout: said None"]);
    expect((second.result as unknown[]).slice(0, 2)).toEqual([2, null]);
    expect(second.outcome).toMatchObject({ end: "succeeded", exitCode: 0, peakMemory: expect.any(Number) });
  });

  test("one call at a time, in their order; another key has its own", async () => {
    const { call } = await kept();
    const calls = await Promise.all([...Array(5).keys()].map((index) => call([index])));
    expect(calls.map(({ result }) => count(result))).toEqual([1, 2, 3, 4, 5]);
    expect(count((await call([], { keep: "other" })).result)).toBe(1);
  });

  test("an exception fails its call only; a process that died is replaced", async () => {
    const { call } = await kept();
    expect(count((await call([])).result)).toBe(1);
    expect((await call(["raise"])).outcome).toMatchObject({
      end: "failed",
      reason: expect.stringMatching(/^ValueError: no \(main\.py:/),
    });
    expect((await call(["exit"])).outcome).toMatchObject({ end: "failed", reason: "sys.exit(3)" });
    expect(count((await call([])).result)).toBe(4);
    expect((await call(["die"])).outcome).toMatchObject({ end: "failed", exitCode: 9 });
    expect(count((await call([])).result)).toBe(1);
  });

  test("a timeout or a cancel ends the process; who waits for its turn may leave", async () => {
    const { call } = await kept();
    await call([]);
    expect((await call(["wait"], { limits: { timeout: 400 } })).outcome.end).toBe("timed_out");
    const abort = new AbortController();
    let up = false;
    const long = call(["wait"], {
      signal: abort.signal,
      output: async () => {
        up = true;
      },
    });
    const impatient = new AbortController();
    const waiting = call([], { signal: impatient.signal });
    await eventually(() => up);
    impatient.abort();
    expect((await waiting).outcome).toMatchObject({
      end: "cancelled",
      reason: "Cancelled before it started.",
    });
    abort.abort();
    expect((await long).outcome.end).toBe("cancelled");
    expect(count((await call([])).result)).toBe(1);
  });

  test("code that cannot be imported is tried anew by the next call", async () => {
    const { executor, bundle } = await kept();
    const folder = bundle("raise RuntimeError('not yet')");
    const call = () => execute(executor, folder, { entry: "realtime", keep: "broken" });
    for (const _ of [1, 2]) expect((await call()).outcome.reason).toMatch(/^RuntimeError: not yet/);
  });

  test("a line that a call left unfinished is its own, not the next one's", async () => {
    const { executor, bundle } = await kept();
    const folder = bundle(`
import os
number = 0
def main(data, logger):
    global number
    number += 1
    os.write(1, b"unfinished of %d" % number)
    return []
`);
    const call = () => execute(executor, folder, { entry: "realtime", keep: "unfinished" });
    for (const number of [1, 2, 3]) expect((await call()).lines).toEqual([`stdout: unfinished of ${number}`]);
  });

  test("variables may be as large as those of any run", async () => {
    const { call } = await kept();
    const WHO = "x".repeat(90_000);
    for (const number of [1, 2, 3]) {
      const { result } = await call([], { env: { WHO } });
      expect((result as unknown[]).slice(0, 2)).toEqual([number, WHO]);
    }
  });

  test("stop ends what is kept", async () => {
    const { executor, call, dataDir } = await kept(world(options));
    await call([]);
    expect(processesWith(dataDir).length).toBeGreaterThan(0);
    await executor.stop();
    expect(processesWith(dataDir)).toEqual([]);
  });
});
