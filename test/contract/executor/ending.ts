import { expect, test } from "vitest";
import { eventually, execute, processesWith, sh } from "../../executor/world.ts";
import { soak } from "../../samples.ts";
import { daemon, token } from "./daemon.ts";
import type { UnderTest } from "./under-test.ts";

/** However an execution ends: the first cause is told, and nothing of it is left. */
export function endingContract({ executor, bundle, remains }: UnderTest, fresh: () => UnderTest): void {
  test.concurrent("a process that has ended, and that nobody waited for, was not left behind", async () => {
    const folder = bundle(
      "import subprocess\ndef main():\n    subprocess.Popen(['true'])\n    import time; time.sleep(0.3)\n",
    );
    const { lines } = await execute(executor, folder);
    expect(lines).toEqual([]);
  });

  test.concurrent("a timeout asks first: what handles SIGTERM says goodbye", async () => {
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
    const { outcome, lines } = await execute(executor, folder, { limits: { timeout: 2_500, grace: 20_000 } });
    expect(outcome).toMatchObject({
      end: "timed_out",
      reason: "It ran longer than its timeout of 2.5 s.",
      exitCode: 7,
    });
    expect(lines).toEqual(["stdout: here", "stdout: bye"]);
    expect(outcome.duration).toBeGreaterThanOrEqual(2_500);
  });

  test.concurrent("after a timeout the whole tree is gone, whatever it ignores", async () => {
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
      limits: { timeout: 2_500, grace: 100 },
    });
    expect(lines).toEqual(["stdout: ready"]);
    expect(outcome).toMatchObject({ end: "timed_out", signal: "SIGKILL", result: undefined });
    expect(processesWith(TOKEN)).toEqual([]);
  });

  test.concurrent("a normal end takes leftovers along, and says so", async () => {
    const TOKEN = token();
    const folder = bundle(`${daemon}\ndef main():\n    leave_daemon()\n    return 1\n`);
    const { outcome, lines, result } = await execute(executor, folder, { env: { TOKEN } });
    expect(outcome.end).toBe("succeeded");
    expect(result).toBe(1);
    expect(lines).toEqual(["system: 1 process that it left behind ended with it."]);
    expect(processesWith(TOKEN)).toEqual([]);
  });

  test("cancel ends it; so does a cancel before and during its start", async () => {
    const TOKEN = token();
    const folder = bundle("import time\ndef main():\n    print('up')\n    time.sleep(600)\n");
    const early = new AbortController();
    early.abort();
    expect((await execute(executor, folder, { signal: early.signal })).outcome.end).toBe("cancelled");

    const starting = [0, 5, 10, 20, 40].map((ms) =>
      execute(executor, folder, { env: { TOKEN }, signal: AbortSignal.timeout(ms) }),
    );
    for (const { outcome } of await Promise.all(starting)) expect(outcome.end).toBe("cancelled");

    const running = new AbortController();
    const { outcome } = await execute(executor, folder, {
      env: { TOKEN },
      signal: running.signal,
      limits: { grace: 10_000 },
      output: async () => running.abort(),
    });
    expect(outcome).toMatchObject({ end: "cancelled", reason: "Cancelled.", signal: "SIGTERM" });
    expect(processesWith(TOKEN)).toEqual([]);
    expect(remains()).toEqual([]);
  });

  test("its private folder is home, and gone afterwards, even without write permissions", async () => {
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
    expect(remains()).toEqual([]);
  });

  test("stop ends what runs, may be called twice, and leaves nothing", async () => {
    const { executor, bundle, processes, remains } = fresh();
    const folder = bundle("import time\ndef main():\n    print('up')\n    time.sleep(600)\n");
    let up = 0;
    const running = [1, 2, 3].map(() => execute(executor, folder, { output: async () => void up++ }));
    await eventually(() => up === 3);
    await Promise.all([executor.stop(), executor.stop()]);
    for (const { outcome } of await Promise.all(running))
      expect(outcome).toMatchObject({ end: "lost", reason: "The server stopped while it ran." });
    expect(processes()).toEqual([]);
    expect(remains()).toEqual([]);
    expect((await execute(executor, folder)).outcome).toMatchObject({
      end: "not_started",
      reason: "The executor is stopped.",
    });
  });

  test("one after another, eight at a time: none is lost", async () => {
    const line = async () => {
      const ends: string[] = [];
      for (let n = 0; n < (soak ? 25 : 8); n++)
        ends.push((await sh(executor, "echo out; echo err >&2")).outcome.end);
      return ends;
    };
    const all = await Promise.all(Array.from({ length: 8 }, line));
    expect(new Set(all.flat())).toEqual(new Set(["succeeded"]));
  });

  test("many at once", async () => {
    const many = soak ? 50 : 20;
    const folder = bundle("import os, time\ndef main():\n    time.sleep(0.3)\n    return os.environ['N']\n");
    const all = await Promise.all(
      Array.from({ length: many }, (_, n) => execute(executor, folder, { env: { N: String(n) } })),
    );
    expect(all.map(({ result }) => result)).toEqual(Array.from({ length: many }, (_, n) => String(n)));
    expect(remains()).toEqual([]);
  });
}
