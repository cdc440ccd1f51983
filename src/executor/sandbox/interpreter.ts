import { execFile } from "node:child_process";
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
