import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { execute, world } from "./world.ts";

/** Each body is tried on its own; what it returns is what it got, an exception is how it was refused. */
const tries = (...bodies: string[]) => `
import ctypes, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def said(answer):
    return "done" if answer >= 0 else os.strerror(ctypes.get_errno())
${bodies.map((body, index) => `def try${index}():\n    ${body.replaceAll("\n", "\n    ")}\n`).join("")}
def main():
    results = []
    for number in range(${bodies.length}):
        try:
            results.append(globals()[f"try{number}"]())
        except OSError as error:
            results.append(error.strerror)
    return results
`;

describe("at level full", () => {
  test("nothing of the server can be read, and nothing but the scratch space be written", async () => {
    const { executor, bundle, dataDir } = world();
    if ((await executor.level()) !== "full") return;
    writeFileSync(join(dataDir, "secret.key"), "key", { mode: 0o644 });
    const other = bundle("SECRET = 1\n");
    const folder = bundle(
      tries(
        "return open(os.environ['DATA'] + '/secret.key').read()",
        "return open(os.environ['OTHER'] + '/main.py').read()",
        "return open('/proc/1/environ').read()",
        "return sorted(name for name in os.listdir('/proc') if name.isdigit())",
        "return open(os.path.dirname(os.path.abspath(__file__)) + '/main.py', 'a').write('x')",
        "return open('/usr/mine', 'w').write('x')",
        "return open('/mine', 'w').write('x')",
        "return os.listdir('/root')",
        "return sorted(os.environ)",
        "names = os.listdir('/proc/self/fd')\nreturn sorted(int(name) for name in names if os.path.exists('/proc/self/fd/' + name))",
        "return [os.getuid() != 0, os.getppid()]",
      ),
    );
    const { result } = await execute(executor, folder, { env: { DATA: dataDir, OTHER: other } });
    expect(result).toEqual([
      "No such file or directory",
      "No such file or directory",
      "Permission denied",
      ["1", "2"],
      expect.stringMatching(/^(Read-only file system|Permission denied)$/),
      "Read-only file system",
      "Read-only file system",
      expect.anything(),
      ["DATA", "HOME", "LANG", "OTHER", "PATH", "ROTA_EXECUTION", "TMPDIR"],
      [0, 1, 2, 4, 5],
      [true, 1],
    ]);
  });

  test("system calls that escapes are made of are refused, not deadly", async () => {
    const { executor, bundle } = world();
    if ((await executor.level()) !== "full") return;
    const folder = bundle(
      tries(
        "return said(libc.unshare(0x10000000))",
        "return said(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))",
        "return said(libc.ptrace(16, 1, 0, 0))",
        "return said(libc.setns(0, 0))",
        "return os.chroot('/tmp')",
        "return os.kill(1, 9)",
        "return os.sethostname if not hasattr(socket, 'sethostname') else socket.sethostname('x')",
      ),
    );
    const { result } = await execute(executor, folder);
    const refused = "Operation not permitted";
    // A kill of process 1 from inside is taken and has no effect: the kernel protects it, or the user differs.
    expect((result as unknown[]).filter((_, index) => index !== 5)).toEqual(Array(6).fill(refused));
    expect([null, refused]).toContain((result as unknown[])[5]);
  });

  test("no socket leads to the host that a virtual machine runs on: no network namespace holds that one", async () => {
    const { executor, bundle } = world();
    if ((await executor.level()) !== "full") return;
    const folder = bundle(
      tries(
        "return socket.socket(40, socket.SOCK_STREAM) and 'made'",
        "return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) and 'made'",
        "return socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) and 'made'",
        "return len(socket.socketpair())",
      ),
    );
    for (const network of [false, true])
      expect((await execute(executor, folder, { network })).result).toEqual([
        "Operation not permitted",
        "made",
        "made",
        2,
      ]);
  });

  test("network: false leaves no way out, not even to the server's own port; loopback is its own", async () => {
    const { executor, bundle } = world();
    if ((await executor.level()) !== "full") return;
    const port = await listen();
    const folder = bundle(
      tries(
        "return socket.create_connection(('127.0.0.1', int(os.environ['PORT'])), 2) and 'connected'",
        "return socket.create_connection(('192.0.2.1', 80), 2) and 'connected'",
        "with socket.create_server(('127.0.0.1', 0)) as server:\n    return socket.create_connection(server.getsockname(), 2) and 'connected'",
      ),
    );
    const env = { PORT: String(port) };
    expect((await execute(executor, folder, { network: false, env })).result).toEqual([
      "Connection refused",
      "Network is unreachable",
      "connected",
    ]);
    expect(((await execute(executor, folder, { env })).result as unknown[])[0]).toBe("connected");
  });
});

test.each([
  { level: "full", network: true },
  { level: "full", network: false },
  { level: "reduced", network: true },
  { level: "reduced", network: false },
  { level: "basic", network: true },
] as const)(
  "what libraries need works at level $level, network: $network: threads, subprocesses, multiprocessing, names, time zones, temporary files",
  async ({ level, network }) => {
    const { executor, bundle } = world({ highest: level });
    if ((await executor.level()) !== level) return;
    const folder = bundle(`
import concurrent.futures, getpass, multiprocessing, os, socket, ssl, subprocess, sys, tempfile, uuid
def double(x): return 2 * x
def main():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        threads = list(pool.map(double, range(3)))
    with multiprocessing.get_context("fork").Pool(2) as pool:
        forked = pool.map(double, range(3))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        spawned = pool.map(double, range(3))
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
    child = subprocess.run([sys.executable, "-c", "print('child')"], stdout=subprocess.PIPE, check=True)
    ssl.create_default_context(); uuid.uuid4(); socket.gethostbyname("localhost")
    return [threads, forked, spawned, child.stdout.decode(), bool(getpass.getuser())]
`);
    const { outcome, result } = await execute(executor, folder, { network });
    expect(outcome.reason).toBeUndefined();
    expect(result).toEqual([[0, 2, 4], [0, 2, 4], [0, 2, 4], "child\n", true]);
  },
);

describe("at level reduced", () => {
  test("a sandbox without network is given, full isolation is refused with a sentence", async () => {
    const { executor, bundle } = world({ highest: "reduced" });
    if ((await executor.level()) !== "reduced") return;
    const folder = bundle(
      tries(
        "return socket.create_connection(('127.0.0.1', 9), 2) and 'connected'",
        "return len(socket.socketpair())",
        "return socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) and 'made'",
      ),
    );
    const { outcome, result } = await execute(executor, folder, { network: false });
    expect(outcome.isolation).toBe("reduced");
    expect(result).toEqual(["Operation not permitted", 2, "Operation not permitted"]);
    expect((await execute(executor, folder, { isolation: "required" })).outcome).toMatchObject({
      end: "not_started",
      reason: expect.stringMatching(
        /^The action asks for full isolation, and this machine offers only level "reduced"/,
      ),
    });
    expect((await executor.describe()).missing[0]).toMatch(/^Namespaces, .* are not available: /);
  });

  test("nothing is readable or writable but what it needs", async () => {
    const { executor, bundle, dataDir } = world({ highest: "reduced" });
    if ((await executor.level()) !== "reduced") return;
    writeFileSync(join(dataDir, "open.txt"), "text", { mode: 0o644 });
    const folder = bundle(
      tries(
        "return open(os.environ['DATA'] + '/open.txt').read()",
        "return open(os.environ['DATA'] + '/new', 'w').write('x')",
        "return os.truncate(os.environ['DATA'] + '/open.txt', 0)",
        "return open('/tmp/new-of-an-action', 'w').write('x')",
        "os.mkdir('deep')\nopen('deep/file', 'w').write('x')\nos.rename('deep/file', 'file')\nreturn os.listdir('.')",
      ),
    );
    const { result } = await execute(executor, folder, { env: { DATA: dataDir } });
    const [read, write, truncate, temporary, own] = result as string[];
    for (const refused of [read, write, truncate, temporary]) expect(refused).toBe("Permission denied");
    expect([...(own ?? [])].sort()).toEqual(["deep", "file"]);
  });
});

describe("at level basic", () => {
  test("what cannot be given is refused with a sentence, never left out", async () => {
    const { executor, bundle } = world({ highest: "basic" });
    const folder = bundle("def main(): pass");
    expect((await execute(executor, folder, { network: false })).outcome).toMatchObject({
      end: "not_started",
      reason: expect.stringMatching(
        /^The action asks for a sandbox without network, and this machine offers only level "basic"/,
      ),
    });
    expect((await execute(executor, folder, { isolation: "required" })).outcome).toMatchObject({
      end: "not_started",
      reason: expect.stringMatching(
        /^The action asks for full isolation, and this machine offers only level "basic"/,
      ),
    });
    expect(await executor.level()).toBe("basic");
    const { missing, advice } = await executor.describe();
    expect(missing[0]).toMatch(/the server was told to stay at level basic/);
    expect(advice.length).toBeGreaterThan(0);
  });

  test("environment, home, descriptors and privileges are its own", async () => {
    const { executor, bundle } = world({ highest: "basic" });
    process.env.SECRET_OF_THE_SERVER = "hidden";
    const folder = bundle(
      tries(
        "return sorted(os.environ)",
        "names = os.listdir('/proc/self/fd')\nreturn sorted(int(name) for name in names if os.path.exists('/proc/self/fd/' + name))",
        "return os.stat('.').st_mode & 0o777",
        "return [line.split()[1] for line in open('/proc/self/status') if line.startswith(('CapEff', 'NoNewPrivs'))]",
        "return os.getsid(0) == os.getpid()",
      ),
    );
    expect((await execute(executor, folder)).result).toEqual([
      ["HOME", "LANG", "PATH", "ROTA_EXECUTION", "TMPDIR"],
      [0, 1, 2, 4, 5],
      0o700,
      ["0000000000000000", "1"],
      true,
    ]);
  });

  test.runIf(process.getuid?.() === 0 && existsSync("/usr/bin/python3"))(
    "the server's files are closed to executions, which have a user of their own where the server is root",
    async () => {
      const { executor, bundle, dataDir } = world({ highest: "basic", python: "/usr/bin/python3" });
      writeFileSync(join(dataDir, "rota.db"), "rows", { mode: 0o644 });
      const folder = bundle(
        tries(
          "return open(os.environ['DATA'] + '/rota.db').read()",
          "return os.listdir(os.environ['DATA'])",
          "return open(os.path.dirname(os.path.abspath(__file__)) + '/main.py', 'a').write('x')",
          `return open('/proc/${process.pid}/environ').read()`,
          `return os.kill(${process.pid}, 0)`,
          "return os.getuid() >= 60706",
        ),
      );
      const { result } = await execute(executor, folder, { env: { DATA: dataDir } });
      expect(result).toEqual([...Array(4).fill("Permission denied"), "Operation not permitted", true]);
      expect(readFileSync(join(dataDir, "rota.db"), "utf8")).toBe("rows");
    },
  );
});

test("what the machine offers is described as it is", async () => {
  const { executor } = world();
  const { python, version, level, missing, advice } = await executor.describe();
  expect(python).toMatch(/^\/.*python/);
  expect(version).toMatch(/^3\.\d+\.\d+$/);
  expect(level).toBe(await executor.level());
  expect(missing.length === 0).toBe(level === "full");
  expect(advice.length === 0).toBe(level === "full");
});

test("without Python: a sentence, from everything", async () => {
  const { executor, bundle } = world({ python: "/nowhere/python3" });
  const sentence =
    "Python 3.8 or newer was not found (/nowhere/python3 could not be started). Install python3, or name one with ROTA_PYTHON.";
  expect((await execute(executor, bundle("def main(): pass"))).outcome).toMatchObject({
    end: "not_started",
    reason: sentence,
  });
  await expect(executor.level()).rejects.toThrow(sentence);
  expect(await executor.describe()).toMatchObject({
    python: undefined,
    level: undefined,
    missing: [sentence],
  });
});

test("an environment that cannot be passed on is a sentence", async () => {
  const { executor, bundle } = world({ highest: "basic" }); // a warm interpreter can take any
  const folder = bundle("def main(): pass");
  const { outcome } = await execute(executor, folder, { env: { A: "x\0y" } });
  expect(outcome).toMatchObject({
    end: "not_started",
    reason: expect.stringMatching(/^The program could not be started: /),
  });
  const big = await execute(executor, folder, { env: { A: "x".repeat(3_000_000) } });
  expect(big.outcome).toMatchObject({
    end: "not_started",
    reason: expect.stringMatching(/Argument list too long/),
  });
  expect((await execute(executor, `${folder}/gone`)).outcome.end).toBe("not_started");
});

async function listen(): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
