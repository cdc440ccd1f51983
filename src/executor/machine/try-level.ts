import type { IsolationLevel } from "../../core/run/run.ts";
import type { Connection } from "../sandbox/keeper.ts";
import { runProgram } from "../sandbox/run-program.ts";
import { inPlace } from "../sandbox/zygote.ts";
import type { Interpreter } from "./interpreter.ts";

/** Limits of a probe. */
const limits = {
  timeout: 10_000,
  grace: 100,
  memory: 256 * 2 ** 20,
  processes: 8,
  output: 64 * 2 ** 10,
  disk: 2 ** 20,
};

/** Programs that fail unless they find what a level promises. Argument 1 is a folder of the server's. */
const promises: Readonly<Record<IsolationLevel, string>> = {
  /** Own process tree, hidden folders, no way to mount. */
  full: `
import ctypes, os, sys
libc = ctypes.CDLL(None)
assert os.getppid() == 1, "the process is not alone"
assert not os.path.exists(sys.argv[1]), "the server's folder can be seen"
assert libc.unshare(0x10000000) == -1, "new namespaces can be made"
open("/tmp/file", "w").write("x")
`,
  /** Closed folders, no socket to anywhere, no process outside. Says what an older kernel cannot close. */
  reduced: `
import ctypes, os, socket, sys
def refused(call, what):
    try:
        call()
    except OSError:
        return
    raise AssertionError(what)
refused(lambda: os.listdir(os.path.dirname(sys.argv[1])), "the server's folder can be read")
refused(lambda: open(sys.argv[1] + "/probe", "w"), "the server's folder can be written")
refused(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM), "sockets can be made")
open("file", "w").write("x")
libc = ctypes.CDLL(None)
version = libc.syscall(444, None, ctypes.c_size_t(0), 1)
if version < 6:
    print(f"Landlock {version} of this kernel cannot close abstract Unix sockets, nor keep signals from "
          "processes of the same user: Linux 6.12 can.")
else:
    refused(lambda: os.kill(os.getppid(), 0), "processes outside can be signalled")
`,
  /** Asked only where the server is root: a user of its own can run Python and read what the keeper offers. */
  basic: `
import os, sys
assert os.getuid() != 0, "it is root"
open(os.path.join(sys.argv[1], "code", "runner.py")).close()
`,
};

/** What came of a probe: `reason` says why the level cannot be had, `said` what is to be known though it can. */
export interface Tried {
  readonly reason?: string;
  readonly said?: string;
}

/** Runs one execution without a network (where the level can do that) and lets it check what it got. */
export function tryLevel(
  connection: Connection,
  python: Interpreter,
  { level, separate }: { readonly level: IsolationLevel; readonly separate: boolean },
): Promise<Tried> {
  const said: string[] = [];
  return runProgram(
    connection,
    {
      argv: [python.executable, "-I", "-S", "-c", promises[level], connection.folder],
      env: {},
      limits,
      level,
      network: level === "basic",
      read: inPlace(python.folders),
      bundle: undefined,
      zygote: undefined,
      task: undefined,
      keep: undefined,
      home: undefined,
      separate,
      umask: 0o077,
      host: undefined,
      input: undefined,
      result: false,
      descriptors: "plain",
    },
    { output: async (chunk) => void said.push(chunk.text), signal: new AbortController().signal },
    async (ended) => {
      if (ended.kind !== "ended") return { reason: "the probe did not end" };
      const { error, cause, code, signal } = ended.message;
      if (error) return { reason: error };
      const last = said.at(-1);
      if (code === 0 && cause === null) return last === undefined ? {} : { said: last };
      return { reason: last ?? `the probe ended with ${signal ?? code}` };
    },
  );
}
