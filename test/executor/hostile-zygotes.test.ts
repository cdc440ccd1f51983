import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { release } from "node:os";
import { describe, expect, onTestFinished, test } from "vitest";
import { environment } from "./package-environment.ts";
import { eventually, execute, processesWith, sharedWorld, world } from "./world.ts";

const { executor: probe } = sharedWorld();
const whole = (await probe.level()) === "full";

/** What a package does with the socket of each execution that its zygote is asked for; `control` is that socket. */
const atEachFork = (does: string) => `
import json, os, socket, sys
messages = sys.modules["messages"]
receive = messages.receive
def listen(door):
    message, fds = receive(door)
    if "control" in fds:
        control = socket.socket(fileno=os.dup(fds["control"]))
${does.replace(/^/gm, "        ")}
        control.close()
    return message, fds
messages.receive = listen
`;
/** What it does instead of what process 1 of an execution would tell. */
const insteadOf = (what: string, does: string) => `
import json, os, sys
messages = sys.modules["messages"]
send = messages.send
def say(sock, message, fds=None):
    if ${JSON.stringify(what)} in message:
${does.replace(/^/gm, "        ")}
    return send(sock, message, fds)
messages.send = say
`;
const said = (text: string) => `control.send(${text})`;

describe.runIf(whole)("a package that means harm to the keeper", () => {
  test.each([
    ["no text", atEachFork(said(String.raw`b"\xff"`))],
    ["no object", atEachFork(said(`b"[1]"`))],
    ["nothing", atEachFork(said(`b""`))],
    ["nested deeply", atEachFork(said(`b"[" * 60000`))],
    ["of an unknown kind", atEachFork(said(`b'{"x": 1}'`))],
    ["longer than a message may be", atEachFork(said(`b'{"x": "' + b"x" * 70000 + b'"}'`))],
    ["a failure that is no text", atEachFork(said(`b'{"failed": {"a": [1]}}'`))],
    [
      "the end of another",
      insteadOf("status", `message = {"status": "none", "left": [], "cpu": "much", "peak": None}`),
    ],
    [
      "an end without a signal of that number",
      insteadOf("status", `message = {**message, "status": 126, "left": 1e999}`),
    ],
    ["failed after it was up", insteadOf("ready", `send(sock, {"failed": "no"}); os._exit(1)`)],
    ["up, and gone", insteadOf("up", `send(sock, message); os._exit(1)`)],
    ["unknown at the door", `import os\nos.write(3, b'{"x": 1}')`],
    ["no text at the door", `import os\nos.write(3, b'x')`],
    ["ready again and again", `import os\nfor _ in range(9): os.write(3, b'{"threads": 0}')`],
    ["threads that are no number", `import os\nos.write(3, b'{"threads": {}}')`],
  ])("a message that is %s harms nobody else", async (_, source) => {
    const { executor, bundle, dataDir } = world();
    expect(await executor.warm(undefined)).toBeUndefined();
    const packages = environment(dataDir, "hostile", source);
    let up = false;
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    const neighbour = execute(
      executor,
      bundle("import time\ndef main():\n    print('up')\n    time.sleep(600)"),
      {
        signal: abort.signal,
        output: async () => {
          up = true;
        },
      },
    );
    await eventually(() => up);
    await executor.warm(packages);
    const theirs = bundle("import time\ndef main():\n    return 1");
    for (let round = 0; round < 3; round++)
      expect((await execute(executor, theirs, { environment: packages })).outcome.end).not.toBe("lost");
    abort.abort();
    expect((await neighbour).outcome.end).toBe("cancelled");
    expect((await execute(executor, theirs)).outcome.end).toBe("succeeded");
  });

  test("starting process after process while it is imported, it is ended with all of them", async () => {
    const { executor, bundle, dataDir } = world();
    const token = `many-${process.pid}`;
    const source = `
import subprocess, sys, time
for _ in range(100): subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)", "${token}"])
time.sleep(600)
`;
    const packages = environment(dataDir, "many", source);
    expect(await executor.warm(packages)).toBe(
      "its packages started more than 64 processes when they were imported",
    );
    await eventually(() => processesWith(token).length === 0);
    expect((await execute(executor, bundle("def main(): return 1"))).result).toBe(1);
  });

  test("reaches nothing over the network for an action that has none, and no abstract socket", async () => {
    const { executor, bundle, dataDir } = world();
    const name = `rota-test-${process.pid}`;
    const [tcp, abstract] = [createServer(), createServer()];
    onTestFinished(() => void [tcp, abstract].map((server) => server.close()));
    await once(tcp.listen(0, "127.0.0.1"), "listening");
    await once(abstract.listen(`\0${name}`), "listening");
    const packages = environment(
      dataDir,
      "reaching",
      `
import os, socket
PID, REACHED = os.getpid(), []
for family, address in ((socket.AF_INET, ("127.0.0.1", ${(tcp.address() as AddressInfo).port})), (socket.AF_UNIX, "\\0${name}")):
    open_socket = socket.socket(family)
    try:
        open_socket.connect(address)
        REACHED.append(open_socket.send(b"x"))
    except OSError as error:
        REACHED.append(0)
`,
    );
    const folder = bundle("import heavy, os\ndef main(): return [heavy.PID != os.getpid(), *heavy.REACHED]");
    const warm = async (network: boolean) => {
      for (;;) {
        const { result } = await execute(executor, folder, { environment: packages, network });
        if ((result as [boolean])[0]) return (result as unknown[]).slice(1);
      }
    };
    const [reached, abstractly] = await warm(true);
    expect(reached).toBe(1);
    if (hasScopes()) expect(abstractly).toBe(0);
    expect(await warm(false)).toEqual([0, 0]);
  });

  test("descriptors that it sends along are not taken", async () => {
    const { executor, bundle, dataDir } = world();
    const packages = environment(
      dataDir,
      "descriptors",
      atEachFork(`
import array
rights = array.array("i", [0] * 16)
for names in (b"[]", b'["a", "a"]'):
    for _ in range(50):
        control.sendmsg([b'{"x": 1, "fds": ' + names + b"}"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])`),
    );
    expect(await executor.warm(packages)).toBeUndefined();
    const folder = bundle("def main(): return 1");
    await execute(executor, folder, { environment: packages });
    const before = descriptorsOfKeeper(dataDir);
    await execute(executor, folder, { environment: packages });
    expect(descriptorsOfKeeper(dataDir)).toBeLessThan(before + 16);
    expect(before).toBeLessThan(64);
  });
});

/** How many are open in the one process that runs keeper.py and is a child of ours. */
function descriptorsOfKeeper(dataDir: string): number {
  const [keeper] = processesWith(dataDir).filter(
    (pid) =>
      readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("keeper.py") &&
      readFileSync(`/proc/${pid}/status`, "utf8").includes(`PPid:\t${process.pid}\n`),
  );
  return readdirSync(`/proc/${keeper}/fd`).length;
}

/** Whether Landlock can close abstract sockets here: Linux 6.12. */
function hasScopes(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return major > 6 || (major === 6 && minor >= 12);
}
