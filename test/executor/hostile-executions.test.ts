import { describe, expect, onTestFinished, test } from "vitest";
import { bytes, type Execution, eventually, execute, MiB, processesWith, world } from "./world.ts";

/** Something else that the keeper has at hand: it must go on whatever a neighbour does. */
const neighbour = `
import os, time
def main():
    print("up")
    while not os.path.exists("/action/go") and not os.path.exists(os.path.dirname(__file__) + "/go"):
        time.sleep(0.02)
    return "whole"
`;

async function withNeighbour(highest: "full" | "basic") {
  const { executor, bundle, dataDir } = world({ highest });
  const folder = bundle(neighbour);
  let up = false;
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const running = execute(executor, folder, {
    signal: abort.signal,
    limits: { timeout: 600_000 }, // it is cancelled long before
    output: async () => {
      up = true;
    },
  });
  await eventually(() => up);
  const cancelled = async () => {
    abort.abort();
    return (await running).outcome.end;
  };
  return { executor, bundle, dataDir, cancelled };
}

/** What an action writes on the keeper's own channel, as if runner.py did. */
const say = (report: string) => `
import os, struct
def main():
    body = ${report}
    os.write(5, struct.pack("!cH", b"R", len(body)) + body)
    os._exit(0)
`;

describe.each(["full", "basic"] as const)("an execution that means harm to the keeper, %s", (highest) => {
  test.each([
    ["nested deeper than a parser goes", say(`b"[" * 60000`)],
    ["numbers that are none", say(`b'{"end": "succeeded", "cpu": "much", "peak": [1]}'`)],
    ["numbers without end", say(`b'{"end": "succeeded", "cpu": 1e999, "peak": -1e999}'`)],
    ["numbers that are too long", say(`b'{"end": "succeeded", "cpu": ' + b"9" * 4000 + b"}"`)],
    ["no text", say(`b'{"end": "\\\\ud800", "reason": "\\\\udfff"}'`)],
  ])("a report of %s is no more than a report", async (_, source) => {
    const { executor, bundle, cancelled } = await withNeighbour(highest);
    const { outcome } = await execute(executor, bundle(source));
    expect(["succeeded", "failed"]).toContain(outcome.end);
    expect(Number.isSafeInteger(outcome.cpuTime)).toBe(true);
    expect(Number.isSafeInteger(outcome.peakMemory)).toBe(true);
    expect(await cancelled()).toBe("cancelled");
  });

  test.runIf(process.platform === "linux")(
    "a signal without a name of its own is told by its number",
    async () => {
      const { executor, bundle, cancelled } = await withNeighbour(highest);
      const { outcome } = await execute(executor, bundle("import os\ndef main(): os.kill(os.getpid(), 40)"));
      expect(outcome).toMatchObject({ end: "failed", signal: "SIGRTMIN+6" });
      expect(await cancelled()).toBe("cancelled");
    },
  );
});

describe.each(["full", "basic"] as const)("one that is kept and means harm, %s", (highest) => {
  const call = (executor: Parameters<typeof execute>[0], folder: string): Promise<Execution> =>
    execute(executor, folder, {
      entry: "realtime",
      keep: "hostile",
      input: bytes("[]"),
      // A keeper that does not end an execution in its time is held for stuck, and killed: that is not looked at here.
      limits: { output: 8 * MiB, timeout: 120_000 },
    });

  test("writing on and on after its report does not hold the keeper", async () => {
    const { executor, bundle, cancelled } = await withNeighbour(highest);
    const folder = bundle(`
import fcntl, os, signal
def main(data, logger):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for pipe in (1, 2):
        fcntl.fcntl(pipe, 1031, 1 << 20)  # more than is read at once
    start, go = os.pipe()
    for index in range(6):
        if os.fork() == 0:
            os.close(go)
            os.read(start, 1)
            while True: os.write(1 + index % 2, b"\\n" * 65536)
    os.close(go)
    return []
`);
    await call(executor, folder);
    expect(await cancelled()).toBe("cancelled");
  });

  test("its limits hold between two calls as well", async () => {
    const { executor, bundle } = world({ highest });
    const token = `between-${highest}-${process.pid}`;
    const folder = bundle(`
import subprocess, sys
def main(data, logger):
    hold = "import time; held = b'x' * (60 << 20); time.sleep(600)"
    for _ in range(4): subprocess.Popen([sys.executable, "-c", hold, "${token}"])
    return []
`);
    const { outcome } = await execute(executor, folder, {
      entry: "realtime",
      keep: "between",
      input: bytes("[]"),
      limits: { memory: 128 * MiB },
    });
    expect(outcome.end).toBe("succeeded");
    await eventually(() => processesWith(token).length === 0);
  });

  test("calls that it never reads end it, not the keeper", async () => {
    const { executor, bundle, cancelled } = await withNeighbour(highest);
    const folder = bundle(`
import os, struct, time
def main(data, logger):
    body = b'{"end": "succeeded", "kept": true}'
    while True:
        os.write(5, struct.pack("!cH", b"R", len(body)) + body)
        time.sleep(0.001)
`);
    for (let index = 0; index < 400; index++) await call(executor, folder);
    expect(await cancelled()).toBe("cancelled");
  }, 180_000);
});
