import { execFile } from "node:child_process";
import { glob } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { promisify } from "node:util";

/** A Python that was asked what it is; never a version manager's shim, which costs 100 ms each time. */
export interface Interpreter {
  /** Absolute path of the real program. */
  readonly executable: string;
  /** As in "3.11.7". */
  readonly version: string;
  /** Folders that it needs to run, for a sandbox that shows nothing else. */
  readonly folders: readonly string[];
  readonly platform: string;
}

/** No usable Python; the message is a sentence for the user. */
class NoPython extends Error {
  override readonly name = "NoPython";
  readonly code = "no_python";
}

const question = `
import json, os, sys, sysconfig
print(json.dumps({
  "executable": sys.executable,
  "version": "%d.%d.%d" % sys.version_info[:3],
  "folders": sorted({sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.realpath(sys.executable)}),
  "platform": sysconfig.get_platform(),
}))`;

/**
 * Finds the Python that runs actions: `wanted` and nothing else where it is given, else the first of
 * python3 and python on PATH that is 3.8 or newer.
 * @throws NoPython
 */
export async function findInterpreter(wanted: string | undefined): Promise<Interpreter> {
  const tried: string[] = [];
  for (const name of wanted
    ? [wanted]
    : ["python3", "python", "/usr/bin/python3", "/usr/local/bin/python3"]) {
    const found = await ask(name);
    if (found && isNewEnough(found.version)) return found;
    if (found) tried.push(`${found.executable} is ${found.version}`);
    else if (wanted) tried.push(`${wanted} could not be started`);
  }
  const details = tried.length > 0 ? ` (${[...new Set(tried)].join("; ")})` : "";
  throw new NoPython(
    `Python 3.8 or newer was not found${details}. Install python3, or name one with ROTA_PYTHON.`,
  );
}

/**
 * The other interpreters of this machine, newest first, each version once: python3.X on PATH and where systems and
 * version managers (pyenv, uv) put them. Asks every one of them, at most eight at a time.
 */
export async function findInterpreters(
  variables: Readonly<Record<string, string | undefined>>,
): Promise<readonly Interpreter[]> {
  const home = variables.HOME ?? homedir();
  const folders = [...(variables.PATH ?? "").split(delimiter), "/usr/local/bin", "/usr/bin"].filter(
    isAbsolute,
  );
  const patterns = [
    ...folders.map((folder) => join(folder, "python3.[0-9]*")),
    join(variables.PYENV_ROOT || join(home, ".pyenv"), "versions/3.*/bin/python3"),
    join(variables.XDG_DATA_HOME || join(home, ".local/share"), "uv/python/*/bin/python3"),
  ];
  const names = new Set<string>();
  for await (const name of glob(patterns)) if (/\/python3(\.\d+)?$/.test(name)) names.add(name);
  const found: Interpreter[] = [];
  const left = [...names].sort();
  const next = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const answer = await ask(name);
      if (answer && isNewEnough(answer.version)) found.push(answer);
    }
  };
  await Promise.all(Array.from({ length: 8 }, next));
  const byVersion = new Map(found.sort(byName).map((one) => [one.version, one]));
  return [...byVersion.values()].sort((a, b) => b.version.localeCompare(a.version, "en", { numeric: true }));
}

const byName = (a: Interpreter, b: Interpreter) => (a.executable < b.executable ? 1 : -1);

async function ask(name: string): Promise<Interpreter | undefined> {
  try {
    const { stdout } = await promisify(execFile)(name, ["-I", "-c", question], { timeout: 20_000 });
    return JSON.parse(stdout) as Interpreter;
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 3 && minor >= 8;
}
