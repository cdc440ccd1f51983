import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Interpreter } from "../machine/interpreter.ts";

export interface Installer {
  readonly name: "uv" | "pip";
  /** Files besides the interpreter's that it needs to run. */
  readonly read: readonly string[];
  readonly argv: (ask: InstallAsk) => readonly string[];
  /** Prints the requirements that a uv.lock in the working folder holds; undefined: it cannot. */
  readonly exportLock: readonly string[] | undefined;
}

export interface InstallAsk {
  readonly target: string;
  /** Names and versions, or the file that lists them with their hashes. */
  readonly wanted: readonly string[] | { readonly file: string };
  /** Folders of wheels. */
  readonly wheels: readonly string[];
  /** Nothing but those folders and the ones that the settings name. */
  readonly noIndex: boolean;
  /** No network either, for folders that are addresses. */
  readonly offline: boolean;
  /** Whether code of packages may run: source packages are built. */
  readonly buildSources: boolean;
}

/** uv where it is on PATH, else the interpreter's own pip. */
export async function findInstaller(python: Interpreter, path: string): Promise<Installer> {
  const uv = await onPath("uv", path);
  return uv === undefined ? pip(python) : makeUv(uv, python);
}

async function onPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((part) => isAbsolute(part))) {
    const file = join(folder, name);
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return file;
  }
  return undefined;
}

const makeUv = (uv: string, python: Interpreter): Installer => ({
  name: "uv",
  read: [uv],
  argv: (ask) => [
    ...[uv, "pip", "install", "--target", ask.target, "--python", python.executable, "--no-config"],
    ...["--compile-bytecode", "--no-progress", "--color", "never", "--no-cache", "--link-mode", "copy"],
    ...(ask.offline ? ["--offline"] : []),
    ...choices(ask),
  ],
  exportLock: [
    ...[uv, "export", "--frozen", "--no-emit-project", "--no-default-groups", "--no-header", "--no-annotate"],
    ...["--format", "requirements-txt", "--python", python.executable, "--no-config", "--no-cache"],
    ...["--offline", "--no-progress", "--color", "never"],
  ],
});

// Offline, pip's own defaults (five retries of 15 s) take 8 s to fail where there is no route, minutes where packets
// are dropped; these take about a second and ten.
const pip = (python: Interpreter): Installer => ({
  name: "pip",
  read: [],
  argv: (ask) => [
    ...[python.executable, "-I", "-m", "pip", "install", "--target", ask.target],
    ...["--no-input", "--disable-pip-version-check", "--no-color", "--progress-bar", "off", "--no-cache-dir"],
    ...["--retries", "1", "--timeout", "5"],
    ...choices(ask),
  ],
  exportLock: undefined,
});

const choices = ({ wanted, wheels, noIndex, buildSources }: InstallAsk): readonly string[] => [
  ...(noIndex ? ["--no-index"] : []),
  ...(buildSources ? [] : ["--only-binary", ":all:"]),
  ...wheels.flatMap((folder) => ["--find-links", folder]),
  ...("file" in wanted ? ["--require-hashes", "-r", wanted.file] : ["--", ...wanted]),
];
