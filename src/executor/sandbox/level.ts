import type { IsolationLevel } from "../../core/run/run.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Connection } from "./keeper.ts";
import { runProgram } from "./run-program.ts";

/** What this machine offers, found by doing it. */
export interface Isolation {
  readonly level: IsolationLevel;
  /** Executions get a user of their own, where the server is root. */
  readonly separate: boolean;
  /** Sentences: what keeps it from a higher level. */
  readonly missing: readonly string[];
}

/** Limits of the probe itself. */
const limits = {
  timeout: 10_000,
  grace: 100,
  memory: 256 * 2 ** 20,
  processes: 8,
  output: 64 * 2 ** 10,
  disk: 2 ** 20,
};
/** Fails unless the sandbox is what level full promises: own process tree, hidden folders, no way to mount. */
const check = `
import ctypes, os, sys
libc = ctypes.CDLL(None)
assert os.getppid() == 1, "the process is not alone"
assert not os.path.exists(sys.argv[1]), "the server's folder can be seen"
assert libc.unshare(0x10000000) == -1, "new namespaces can be made"
open("/tmp/file", "w").write("x")
`;

/** Tries a whole execution at level full, without a network. */
export async function probeIsolation(connection: Connection, python: Interpreter): Promise<Isolation> {
  const said: string[] = [];
  const reason = await runProgram(
    connection,
    {
      argv: [python.executable, "-I", "-S", "-c", check, connection.folder],
      env: {},
      limits,
      level: "full",
      network: false,
      read: python.folders,
      home: undefined,
      separate: true,
      umask: 0o077,
      input: undefined,
      result: false,
    },
    { output: async (chunk) => void said.push(chunk.text), signal: new AbortController().signal },
    async (ended) => {
      if (ended.kind !== "ended") return "the probe did not end";
      const { error, cause, code, signal } = ended.message;
      if (error) return error;
      if (code === 0 && cause === null) return undefined;
      return said.at(-1) ?? `the probe ended with ${signal ?? code}`;
    },
  );
  if (reason === undefined) return { level: "full", separate: true, missing: [] };
  return basicIsolation(`Namespaces, a file system view and a system call filter: ${reason}.`);
}

/** What every machine offers. */
export const basicIsolation = (missing: string): Isolation => ({
  level: "basic",
  separate: false,
  missing: [missing],
});
