import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { IsolationLevel } from "../../core/run/run.ts";
import { letOthersPass } from "./admit.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Connection } from "./keeper.ts";
import { runProgram } from "./run-program.ts";
import { inPlace } from "./zygote.ts";

/** What this machine offers, found by doing it. */
export interface Isolation {
  readonly level: IsolationLevel;
  /** Executions get a user of their own, or a user namespace. */
  readonly separate: boolean;
  /** Sentences: what keeps it from a higher level. */
  readonly missing: readonly string[];
}

/** Limits of a probe. */
const limits = {
  timeout: 10_000,
  grace: 100,
  memory: 256 * 2 ** 20,
  processes: 8,
  output: 64 * 2 ** 10,
  disk: 2 ** 20,
};
/** Fails unless the sandbox is what level full promises: own process tree, hidden folders, no way to mount. */
const whole = `
import ctypes, os, sys
libc = ctypes.CDLL(None)
assert os.getppid() == 1, "the process is not alone"
assert not os.path.exists(sys.argv[1]), "the server's folder can be seen"
assert libc.unshare(0x10000000) == -1, "new namespaces can be made"
open("/tmp/file", "w").write("x")
`;
/** Fails unless a user of its own can run Python and read what the keeper offers. */
const readable = `
import os, sys
assert os.getuid() != 0
open(os.path.join(sys.argv[1], "code", "runner.py")).close()
`;

/** Tries a whole execution at level full, without a network; where that fails, what level basic can do. */
export async function probeIsolation(
  connection: Connection,
  python: Interpreter,
  highest: IsolationLevel,
): Promise<Isolation> {
  const reason =
    highest === "full"
      ? await probe(connection, python, "full", whole)
      : `the server was told to stay at level ${highest}`;
  if (reason === undefined) return { level: "full", separate: true, missing: [] };
  const missing = [
    `Namespaces, a file system view of its own and a user of its own are not available: ${reason}.`,
  ];
  if (process.getuid?.() !== 0) return { level: "basic", separate: false, missing };
  await letOthersPass(dirname(dirname(connection.folder)));
  const unreadable = await probe(connection, python, "basic", readable);
  if (unreadable === undefined) return { level: "basic", separate: true, missing };
  missing.push(`Executions run as root, as a user of their own could not start Python: ${unreadable}.`);
  return { level: "basic", separate: false, missing };
}

/** Answers why it cannot be done, undefined when it can. */
function probe(connection: Connection, python: Interpreter, level: IsolationLevel, check: string) {
  const said: string[] = [];
  return runProgram(
    connection,
    {
      argv: [python.executable, "-I", "-S", "-c", check, connection.folder],
      env: {},
      limits,
      level,
      network: level !== "full",
      read: inPlace(python.folders),
      bundle: undefined,
      zygote: undefined,
      task: undefined,
      keep: undefined,
      home: undefined,
      separate: true,
      umask: 0o077,
      host: undefined,
      input: undefined,
      result: false,
      descriptors: "plain",
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
}

/** What to do about what is missing, for `rota doctor`. */
export async function adviseIsolation({ level, missing }: Isolation): Promise<readonly string[]> {
  if (level === "full") return [];
  const advice: string[] = [];
  if (process.platform !== "linux")
    return ["Full isolation needs Linux: run the server in a Linux machine or virtual machine."];
  const inContainer = await access("/.dockerenv").then(
    () => true,
    () => false,
  );
  if (inContainer)
    advice.push(
      "In a container, allow user namespaces: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined, or run the server on the machine itself.",
    );
  else
    advice.push(
      "Allow user namespaces: sysctl -w user.max_user_namespaces=15000; on Debian also kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0.",
    );
  if (missing.length > 1)
    advice.push(
      `Start the server as an ordinary user, or put its data (ROTA_DATA) and Python (ROTA_PYTHON) where every user may read: ${join("/", "var", "lib", "rota")} and /usr/bin/python3.`,
    );
  return advice;
}
