import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventually, execute, processesWith, world } from "./world.ts";

/** Leaves a daemon behind that was forked twice, has its own session, ignores signals, and cleared its environment. */
const daemon = `
import os, signal, subprocess, sys, time
def leave_daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)
            os.execve(sys.executable, [sys.executable, "-c", "import sys, time; time.sleep(600)", os.environ["TOKEN"]], {})
        os._exit(0)
    os.wait()
    time.sleep(0.1)
`;
let tokens = 0;
const token = () => `token-${process.pid}-${tokens++}-`;

describe.each(["full", "basic"] as const)("ending at level %s", (highest) => {
  test("a timeout asks first: what handles SIGTERM says goodbye", async () => {
    const { executor, bundle } = world({ highest });
    const folder = bundle(`
import signal, sys, time
def bye(*_):
    print("bye")
    sys.exit(7)
def main():
    signal.signal(signal.SIGTERM, bye)
    print("here")
    time.sleep(60)
`);
    const { outcome, lines } = await execute(executor, folder, { limits: { timeout: 700, grace: 5_000 } });
    expect(outcome).toMatchObject({
      end: "timed_out",
      reason: "It ran longer than its timeout of 700 ms.",
      exitCode: 7,
    });
    expect(lines).toEqual(["stdout: here", "stdout: bye"]);
    expect(outcome.duration).toBeGreaterThanOrEqual(700);
  });

  test("after a timeout the whole tree is gone, whatever it ignores", async () => {
    const { executor, bundle } = world({ highest });
    const TOKEN = token();
    const folder = bundle(`${daemon}
def main():
    for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)
    leave_daemon()
    subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 600; : " + os.environ["TOKEN"]])
    print("ready")
    time.sleep(600)
`);
    const { outcome, lines } = await execute(executor, folder, {
      env: { TOKEN },
      limits: { timeout: 1_000, grace: 100 },
    });
    expect(lines).toEqual(["stdout: ready"]);
    expect(outcome).toMatchObject({ end: "timed_out", signal: "SIGKILL", result: undefined });
    expect(processesWith(TOKEN)).toEqual([]);
  });

  test("a normal end takes leftovers along, and says so", async () => {
    const { executor, bundle } = world({ highest });
    const TOKEN = token();
    const folder = bundle(`${daemon}\ndef main():\n    leave_daemon()\n    return 1\n`);
    const { outcome, lines, result } = await execute(executor, folder, { env: { TOKEN } });
    expect(outcome.end).toBe("succeeded");
    expect(result).toBe(1);
    expect(lines).toEqual(["system: 1 process that it left behind ended with it."]);
    expect(processesWith(TOKEN)).toEqual([]);
  });

  test("cancel ends it; so does a cancel before and during its start", async () => {
    const { executor, bundle, dataDir } = world({ highest });
    const TOKEN = token();
    const folder = bundle("import time\ndef main():\n    print('up')\n    time.sleep(600)\n");
    const early = new AbortController();
    early.abort();
    expect((await execute(executor, folder, { signal: early.signal })).outcome.end).toBe("cancelled");

    const during = new AbortController();
    const starting = execute(executor, folder, { env: { TOKEN }, signal: during.signal });
    await eventually(() => processesWith(TOKEN).length > 0);
    during.abort();
    expect((await starting).outcome.end).toBe("cancelled");

    const running = new AbortController();
    const { outcome } = await execute(executor, folder, {
      env: { TOKEN },
      signal: running.signal,
      limits: { grace: 10_000 },
      output: async () => running.abort(),
    });
    expect(outcome).toMatchObject({ end: "cancelled", reason: "Cancelled.", signal: "SIGTERM" });
    expect(outcome.duration).toBeLessThan(9_000);
    expect(processesWith(TOKEN)).toEqual([]);
    expect(executionFolders(dataDir)).toEqual([]);
  });

  test("its private folder is home, and gone afterwards, even without write permissions", async () => {
    const { executor, bundle, dataDir } = world({ highest });
    const folder = bundle(`
import os, pathlib, tempfile
def main():
    assert os.getcwd() == os.path.expanduser("~") == tempfile.gettempdir()
    os.makedirs("a/b/c"); pathlib.Path("a/b/file").write_text("x"); os.chmod("a/b", 0)
    deep = ("d" * 200 + "/") * 10
    for _ in range(3):
        os.makedirs(deep); os.chdir(deep)
`);
    expect((await execute(executor, folder)).outcome).toMatchObject({ end: "succeeded" });
    expect(executionFolders(dataDir)).toEqual([]);
  });

  test("stop ends what runs, may be called twice, and leaves nothing", async () => {
    const { executor, bundle, dataDir } = world({ highest });
    const folder = bundle("import time\ndef main():\n    print('up')\n    time.sleep(600)\n");
    let up = 0;
    const running = [1, 2, 3].map(() => execute(executor, folder, { output: async () => void up++ }));
    await eventually(() => up === 3);
    await Promise.all([executor.stop(), executor.stop()]);
    for (const { outcome } of await Promise.all(running))
      expect(outcome).toMatchObject({ end: "lost", reason: "The server stopped while it ran." });
    expect(processesWith(dataDir)).toEqual([]);
    expect(readdirSync(join(dataDir, "executions")).filter((name) => !name.endsWith(".lock"))).toEqual([]);
    expect((await execute(executor, folder)).outcome).toMatchObject({
      end: "not_started",
      reason: "The executor is stopped.",
    });
  });

  test("fifty at once", async () => {
    const { executor, bundle, dataDir } = world({ highest });
    const folder = bundle("import os, time\ndef main():\n    time.sleep(0.3)\n    return os.environ['N']\n");
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, n) => execute(executor, folder, { env: { N: String(n) } })),
    );
    expect(all.map(({ result }) => result)).toEqual(Array.from({ length: 50 }, (_, n) => String(n)));
    expect(executionFolders(dataDir)).toEqual([]);
  });

  test("when the keeper is killed, runs end as lost, nothing of them lives, and the next one works", async () => {
    const { executor, bundle, dataDir } = world({ highest });
    const TOKEN = token();
    const folder = bundle(
      `${daemon}\ndef main():\n    leave_daemon()\n    print("up")\n    time.sleep(600)\n`,
    );
    let up = 0;
    const running = [1, 2, 3].map(() =>
      execute(executor, folder, { env: { TOKEN }, output: async () => void up++ }),
    );
    await eventually(() => up === 3);
    process.kill(keeperOf(dataDir), "SIGKILL");
    for (const { outcome } of await Promise.all(running))
      expect(outcome).toMatchObject({ end: "lost", reason: "The keeper of executions died while it ran." });
    expect(processesWith(TOKEN)).toEqual([]);
    const next = await execute(executor, bundle("def main(): return 5"));
    expect(next.outcome).toMatchObject({ reason: undefined, end: "succeeded" });
  });
});

test("a guardian that is killed takes its run along, and only that", async () => {
  const { executor, bundle } = world({ highest: "basic" });
  const TOKEN = token();
  const quiet = execute(executor, bundle("import time\ndef main():\n    time.sleep(1)\n    return 1\n"));
  const { outcome } = await execute(
    executor,
    bundle(`${daemon}\ndef main():\n    leave_daemon()\n    os.kill(os.getppid(), 9)\n    time.sleep(600)\n`),
    { env: { TOKEN } },
  );
  expect(outcome).toMatchObject({
    end: "lost",
    reason: "The process that guarded it was killed from outside.",
  });
  expect(processesWith(TOKEN)).toEqual([]);
  expect((await quiet).outcome.end).toBe("succeeded");
});

test("output that cannot be stored ends the run and is told to the caller", async () => {
  const { executor, bundle } = world();
  const TOKEN = token();
  const running = execute(executor, bundle("import time\ndef main():\n    print(1)\n    time.sleep(600)\n"), {
    env: { TOKEN },
    output: () => Promise.reject(new Error("disk full")),
  });
  await expect(running).rejects.toThrow("disk full");
  expect(processesWith(TOKEN)).toEqual([]);
});

/** Folders of executions below those of living keepers. */
const executionFolders = (dataDir: string) =>
  readdirSync(join(dataDir, "executions"))
    .filter((name) => !name.endsWith(".lock") && existsSync(join(dataDir, "executions", name)))
    .flatMap((name) => readdirSync(join(dataDir, "executions", name)))
    .filter((name) => name !== "code");

function keeperOf(dataDir: string): number {
  const found = processesWith(dataDir).find((pid) => {
    const parent = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
    return Number(parent) === process.pid;
  });
  if (found === undefined) throw new Error("No keeper runs.");
  return found;
}
