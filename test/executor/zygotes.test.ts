import { closeSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { environment } from "./package-environment.ts";
import { eventually, execute, processesWith, sharedWorld, world } from "./world.ts";

/** What executed it: "zygote" for a fork of a warm interpreter, else "interpreter". */
const how = `
def how():
    return "zygote" if "zygote.py" in open("/proc/self/cmdline").read() else "interpreter"
`;

const zygotesOf = (dataDir: string) =>
  processesWith(dataDir).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("zygote.py") && numbers(pid).length === 2;
    } catch {
      return false; // it has ended
    }
  });
const statusOf = (pid: number) => readFileSync(`/proc/${pid}/status`, "utf8");
const parentOf = (pid: number) => /PPid:\t(\d+)/.exec(statusOf(pid))?.[1];
/** The numbers that a process has in each namespace: two for a zygote, three for its executions. */
const numbers = (pid: number) => /NSpid:\t(.*)/.exec(statusOf(pid))?.[1]?.split("\t") ?? [];

/** Whether a process's memory that can be written holds a text. */
function remembers(pid: number, text: string): boolean {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    return readFileSync(`/proc/${pid}/maps`, "utf8")
      .split("\n")
      .some((line) => {
        const [, from = "0", to = "0"] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
        const size = Number.parseInt(to, 16) - Number.parseInt(from, 16);
        if (size === 0) return false;
        const bytes = Buffer.alloc(size);
        readSync(memory, bytes, 0, size, Number.parseInt(from, 16));
        return bytes.includes(text);
      });
  } finally {
    closeSync(memory);
  }
}

const whole = await offersFull();
async function offersFull(): Promise<boolean> {
  const { executor, end } = sharedWorld();
  const level = await executor.level();
  await end();
  if (level !== "full") process.stdout.write(`zygotes need level full; this machine offers ${level}\n`);
  return level === "full";
}

describe.runIf(whole)("a zygote", () => {
  test("is what executions are forks of once it is warm; before, they have an interpreter of their own", async () => {
    const { executor, bundle } = world();
    const folder = bundle(`${how}\ndef main(): return how()`);
    expect((await execute(executor, folder)).result).toBe("interpreter");
    expect(await executor.warm(undefined)).toBeUndefined();
    expect((await execute(executor, folder)).result).toBe("zygote");
    expect(await executor.warm(undefined)).toBeUndefined();
  });

  test("has imported the packages, not the action, and is confined while it does", async () => {
    const { executor, bundle, dataDir } = world();
    writeFileSync(join(dataDir, "secret.key"), "key", { mode: 0o644 });
    const other = bundle("SECRET = 1");
    const packages = environment(
      dataDir,
      "confined",
      `
import os
PID = os.getpid()
SEEN = {}
for path in (${JSON.stringify(`${dataDir}/secret.key`)}, ${JSON.stringify(`${other}/main.py`)}, "/proc/1/environ", "/action/main.py"):
    try:
        SEEN[path] = len(open(path).read())
    except OSError as error:
        SEEN[path] = error.strerror
for path in ("/usr/mine", "/packages/mine", "/rota/mine", "/proc/sys/kernel/core_pattern"):
    try:
        SEEN[path] = open(path, "a").close() or "written"
    except OSError as error:
        SEEN[path] = error.strerror
VARIABLES = sorted(os.environ)
PROCESSES = [name for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())]
`,
    );
    expect(await executor.warm(packages)).toBeUndefined();
    const folder = bundle(`
import heavy, os
def main():
    return [heavy.PID != os.getpid(), sorted(set(heavy.SEEN.values())), "SECRET" in heavy.VARIABLES, heavy.PROCESSES]
`);
    const { result } = await execute(executor, folder, { environment: packages, env: { SECRET: "x" } });
    const [imported, seen, ...rest] = result as [boolean, string[]];
    expect(imported).toBe(true);
    for (const outcome of seen)
      expect(outcome).toMatch(/^(No such file or directory|Permission denied|Read-only file system)$/);
    expect(rest).toEqual([false, []]);
  });

  test("never sees what its executions know", async () => {
    const { executor, bundle, dataDir } = world();
    await executor.warm(undefined);
    const secret = `value-${process.pid}-of-a-variable`;
    const folder = bundle(`${how}\nimport os\ndef main(): return [how(), os.environ["SECRET"]]`);
    expect((await execute(executor, folder, { env: { SECRET: secret } })).result).toEqual(["zygote", secret]);
    const [zygote] = zygotesOf(dataDir);
    expect(zygote).toBeDefined();
    expect(remembers(zygote as number, secret)).toBe(false);
    expect(remembers(zygote as number, "urllib")).toBe(true);
  });

  test("gives each execution random numbers of its own, also where packages drew some before", async () => {
    const { executor, bundle, dataDir } = world();
    const source = "import random, ssl, uuid\nDRAWN = [random.random(), ssl.RAND_bytes(8), uuid.uuid1()]\n";
    const packages = environment(dataDir, "random", source);
    expect(await executor.warm(packages)).toBeUndefined();
    const folder = bundle(`${how}
import heavy, random, ssl, uuid
def main():
    drawn = [random.random(), ssl.RAND_bytes(16).hex(), uuid.uuid4().hex, uuid.uuid1().hex, random.getrandbits(64), uuid.uuid1().clock_seq]
    return [how(), *map(str, drawn)]
`);
    const runs = await Promise.all(
      Array.from({ length: 6 }, () => execute(executor, folder, { environment: packages })),
    );
    const drawn = runs.map(({ result }) => result as string[]);
    expect(drawn.map(([by]) => by)).toEqual(Array(6).fill("zygote"));
    for (let column = 1; column <= 5; column++)
      expect(new Set(drawn.map((values) => values[column])).size).toBe(6);
    // What keeps the identifiers of one instant apart: 14 bits, of which two may be the same.
    expect(new Set(drawn.map((values) => values[6])).size).toBeGreaterThan(1);
  });

  test("is not used for packages that start threads, and the log says so", async () => {
    const { executor, bundle, dataDir } = world();
    const source =
      "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n";
    const packages = environment(dataDir, "threads", source);
    expect(await executor.warm(packages)).toMatch(/start 1 thread\(s\) when they are imported/);
    const folder = bundle(`${how}\nimport heavy\ndef main(): return how()`);
    const { result, lines } = await execute(executor, folder, { environment: packages });
    expect(result).toBe("interpreter");
    expect(lines.join("\n")).toMatch(/^system: .*threads when they are imported/);
  });

  test("leaves out what cannot be imported: the execution tells why", async () => {
    const { executor, bundle, dataDir } = world();
    const packages = environment(
      dataDir,
      "broken",
      "import os, sys\nif True: raise ValueError('no licence')\n",
    );
    expect(await executor.warm(packages)).toBeUndefined();
    const { outcome } = await execute(executor, bundle("import heavy\ndef main(): pass"), {
      environment: packages,
    });
    expect(outcome.reason).toBe("ValueError: no licence (main.py:1)");
  });

  test("lets the bundle's own modules come before those of the same name, its own included", async () => {
    const { executor, bundle } = world();
    const folder = bundle({
      "main.py": `${how}
import csv, json, messages, runner, statistics, zygote
def main(): return [how(), csv.X, messages.X, runner.X, zygote.X, statistics.X, json.dumps({})]
`,
      "csv.py": "X = 1",
      "messages.py": "X = 2",
      "runner.py": "X = 3",
      "zygote/__init__.py": "X = 4",
      "statistics/__init__.py": "X = 5",
    });
    const expected = [1, 2, 3, 4, 5, "{}"];
    expect((await execute(executor, folder)).result).toEqual(["interpreter", ...expected]);
    await executor.warm(undefined);
    expect((await execute(executor, folder)).result).toEqual(["zygote", ...expected]);
  });

  test("is like a fresh interpreter to an action: signals, variables, arguments, time zone, exit handlers", async () => {
    const { executor, bundle } = world();
    const folder = bundle(`
import atexit, multiprocessing, os, signal, subprocess, sys, threading, time
atexit.register(lambda: print("exit handler"))
def square(number): return number * number
def main():
    handlers = [str(signal.getsignal(number)) for number in (2, 13, 15, 17, 25)]
    child = subprocess.run([sys.executable, "-c", "import os; print(os.environ['A'])"], capture_output=True, text=True)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        squares = pool.map(square, [2, 3])
    threading.Thread(target=lambda: (time.sleep(0.1), print("thread"))).start()
    return [handlers, sys.argv, sorted(os.environ), time.tzname[0], child.stdout, squares, sys.path[0], __name__,
        os.getcwd(), os.getppid(), sys.flags.isolated, sys.stdin.read(), os.umask(0), sys.stdout.encoding]
`);
    const asked = { env: { A: "ä", TZ: "Asia/Tokyo" } };
    const cold = await execute(executor, folder, asked);
    await executor.warm(undefined);
    const warm = await execute(executor, folder, asked);
    expect(cold.outcome.reason).toBeUndefined();
    expect(warm.result).toEqual(cold.result);
    // The tracker of multiprocessing ends by itself, a moment before the program or after it: then it was left behind.
    const own = (lines: readonly string[]) => new Set(lines.filter((line) => !line.startsWith("system:")));
    expect(own(warm.lines)).toEqual(own(cold.lines));
    expect(warm.lines).toEqual(expect.arrayContaining(["stdout: exit handler", "stdout: thread"]));
  });

  test("may be killed: what it started goes on, the next execution has another", async () => {
    const { executor, bundle, dataDir } = world();
    await executor.warm(undefined);
    const folder = bundle(`${how}\ndef main(): return how()`);
    const slow = bundle(`${how}
import os, time
def main():
    print("up")
    while not os.path.exists("/action/go"): time.sleep(0.02)
    return how()
`);
    let up = false;
    const before = execute(executor, slow, {
      output: async () => {
        up = true;
      },
    });
    await eventually(() => up);
    const [zygote] = zygotesOf(dataDir);
    process.kill(zygote as number, "SIGKILL");
    await eventually(() => !zygotesOf(dataDir).includes(zygote as number));
    writeFileSync(join(slow, "go"), "");
    expect((await before).result).toBe("zygote");
    expect(await executor.warm(undefined)).toBeUndefined();
    expect((await execute(executor, folder)).result).toBe("zygote");
  });

  test("ends its executions when its warden is killed; they are told as lost, and nothing of them lives", async () => {
    const { executor, bundle, dataDir } = world();
    await executor.warm(undefined);
    const token = `warden-${process.pid}`;
    const folder = bundle(`
import subprocess, sys, time
def main():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "${token}"], start_new_session=True)
    print("up")
    time.sleep(600)
`);
    let up = false;
    const running = execute(executor, folder, {
      output: async () => {
        up = true;
      },
    });
    await eventually(() => up && processesWith(token).length > 0);
    const [zygote] = zygotesOf(dataDir);
    const first = Number(parentOf(zygote as number));
    process.kill(Number(parentOf(first)), "SIGKILL");
    expect((await running).outcome.end).toBe("lost");
    expect(processesWith(token)).toEqual([]);
    expect((await execute(executor, bundle("def main(): return 1"))).result).toBe(1);
  });

  test("ends when nobody uses it, or when all together hold too much memory", async () => {
    const { executor, bundle, dataDir } = world({ zygotes: { idle: 2, memory: 1 } });
    const first = environment(dataDir, "first", "X = 1");
    expect(await executor.warm(undefined)).toBeUndefined();
    expect(await executor.warm(first)).toBeUndefined();
    const folder = bundle(`${how}\ndef main(): return how()`);
    expect((await execute(executor, folder, { environment: first })).result).toBe("zygote");
    await eventually(() => zygotesOf(dataDir).length === 1);
    expect((await execute(executor, folder, { environment: first })).result).toBe("zygote");

    const idle = world({ zygotes: { idle: 0, memory: 2 ** 30 } });
    expect(await idle.executor.warm(undefined)).toBeUndefined();
    await eventually(() => zygotesOf(idle.dataDir).length === 0);
  });
});
