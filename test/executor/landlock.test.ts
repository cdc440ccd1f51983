import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const sandbox = fileURLToPath(new URL("../../src/executor/keeper", import.meta.url));

/** Restricts a fork of itself as an older kernel would, for each version up to this one's, and tells what is refused. */
const program = `
import json, os, signal, socket, sys
sys.path.insert(0, sys.argv[1])
import landlock, system_calls as system
folder = sys.argv[2]
server = socket.create_server(("127.0.0.1", 0))
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\\0" + folder)
abstract.listen()
def attempts():
    yield "read", lambda: open(folder + "/outside/file").read()
    yield "write", lambda: open(folder + "/outside/new", "w")
    yield "run a program of the system", lambda: None if os.system("/bin/true") == 0 else os.open("/nowhere", 0)
    yield "write at home", lambda: open(folder + "/home/new", "w").close()
    yield "truncate", lambda: os.truncate(folder + "/outside/file", 0)
    yield "connect", lambda: socket.socket().connect(server.getsockname())
    yield "abstract socket", lambda: socket.socket(socket.AF_UNIX).connect("\\0" + folder)
    yield "signal", lambda: os.kill(os.getppid(), 0)
def refused(call):
    try:
        call()
    except OSError:
        return True
    return False
spec = {"network": False, "read": [], "bundle": None, "write": [], "result": False, "home": folder + "/home"}
for version in range(1, landlock.version() + 1):
    if os.fork() == 0:
        system.prctl(system.SET_NO_NEW_PRIVILEGES, 1, "no new privileges")
        landlock.restrict(spec, version)
        print(json.dumps([version, [name for name, call in attempts() if refused(call)]]), flush=True)
        os._exit(0)
    os.wait()
    open(folder + "/outside/file", "w").write("text")
`;

test("each version of Landlock restricts what it can, none more than that", () => {
  const folder = mkdtempSync(join(tmpdir(), "rota-landlock-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["outside", "home"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "outside", "file"), "text");
  const { stdout, stderr } = spawnSync("python3", ["-c", program, sandbox, folder], { encoding: "utf8" });
  expect(stderr).toBe("");
  const found = stdout
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as [number, string[]]);
  if (found.length === 0) console.log("Not tried: the kernel of this machine has no Landlock.");
  for (const [version, refused] of found)
    expect(refused, `version ${version}`).toEqual([
      "read",
      "write",
      ...(version >= 3 ? ["truncate"] : []),
      ...(version >= 4 ? ["connect"] : []),
      ...(version >= 6 ? ["abstract socket", "signal"] : []),
    ]);
});
