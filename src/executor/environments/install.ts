import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Interpreter } from "../machine/interpreter.ts";
import type { Isolation } from "../machine/level.ts";
import type { Connection } from "../sandbox/keeper.ts";
import { type Ended, runProgram } from "../sandbox/run-program.ts";
import { inPlace } from "../sandbox/zygote.ts";
import { EnvironmentFailed } from "./environment-failed.ts";
import { explainFailure } from "./explain-failure.ts";
import { findInstaller, type Installer } from "./installer.ts";
import type { InstallerSettings } from "./installer-settings.ts";
import type { Packages } from "./needs.ts";
import { type Listed, readRequirementsFile } from "./requirements-file.ts";
import { writeAnew } from "./write-anew.ts";

const limits = {
  timeout: 10 * 60_000,
  grace: 1_000,
  memory: 2 * 2 ** 30,
  processes: 128,
  output: 4 * 2 ** 20,
  disk: 4 * 2 ** 30,
};

export interface Install {
  readonly python: Interpreter;
  readonly connection: Connection;
  readonly isolation: Isolation;
  readonly packages: Packages;
  /** Exists; gets the folders `tree`, for the packages, and `home`, of which nothing is kept. */
  readonly folder: string;
  readonly settings: InstallerSettings;
  /** The server's PATH. */
  readonly path: string;
  /** Told each line of the installer, without logins. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Installs packages into `tree`, through the keeper, in the sandbox of executions: at the machine's best level, with
 * network, seeing the system, the interpreter, the installer and folders of wheels, and writing to its own folder.
 * Source packages, whose code runs when they are built, are taken only where that sandbox keeps them from the server.
 * @throws EnvironmentFailed a sentence that names the package and says why
 */
export async function install(ask: Install): Promise<void> {
  const { python, packages, folder, settings, isolation } = ask;
  const installer = await findInstaller(python, ask.path);
  const [tree, home] = [join(folder, "tree"), join(folder, "home")];
  for (const made of [tree, home]) await mkdir(made, { mode: 0o755 });
  const { requirements, hashed } =
    packages.uvLock === undefined ? packages : await exportLock(ask, installer, home, packages.uvLock);
  const list = join(home, "requirements.txt");
  if (hashed) await writeAnew(list, `${requirements.join("\n")}\n`);
  const wheels = packages.wheels === undefined ? [] : [packages.wheels.folder];
  const argv = installer.argv({
    target: tree,
    wanted: hashed ? { file: list } : requirements,
    wheels,
    noIndex: settings.noIndex,
    offline: settings.offline,
    buildSources: isolation.separate,
  });
  ask.log(`Installing with ${installer.name} for Python ${python.version} (${python.executable}).`);
  const { ended, lines } = await run(ask, installer, argv, { write: [tree, home], home, read: wheels });
  if (succeeded(ended)) return;
  const why = { installer, python, lines, requirements, offline: settings.offline };
  throw new EnvironmentFailed(
    settings.redact(reason(ended) ?? explainFailure({ ...why, sources: isolation.separate })),
  );
}

/** What a uv.lock holds, as the list that both it and we can check. */
async function exportLock(
  ask: Install,
  installer: Installer,
  home: string,
  { project, lock }: NonNullable<Packages["uvLock"]>,
): Promise<Listed> {
  if (installer.exportLock === undefined)
    throw new EnvironmentFailed(
      "uv.lock can be read by uv alone, which is not on the server's PATH; install it there, or write the lock as requirements.txt: uv export --format requirements-txt -o requirements.txt",
    );
  await writeAnew(join(home, "pyproject.toml"), project);
  await writeAnew(join(home, "uv.lock"), lock);
  const { ended, lines, printed } = await run(ask, installer, installer.exportLock, {
    write: [home],
    home,
    read: [],
  });
  if (!succeeded(ended))
    throw new EnvironmentFailed(
      ask.settings.redact(
        reason(ended) ?? `uv.lock could not be read: ${lines.findLast((line) => line.trim() !== "") ?? ""}`,
      ),
    );
  return readRequirementsFile(printed.join("\n"), "uv.lock");
}

async function run(
  ask: Install,
  installer: Installer,
  argv: readonly string[],
  folders: { readonly write: readonly string[]; readonly home: string; readonly read: readonly string[] },
): Promise<{ ended: Ended; lines: string[]; printed: string[] }> {
  const { python, connection, isolation, settings, signal } = ask;
  const lines: string[] = [];
  const printed: string[] = [];
  const ended = await runProgram(
    connection,
    {
      argv,
      env: settings.env,
      limits,
      level: isolation.level,
      network: !settings.offline || isolation.level !== "full",
      read: inPlace([...python.folders, ...installer.read, ...folders.read, ...settings.read]),
      write: folders.write,
      bundle: undefined,
      zygote: undefined,
      task: undefined,
      keep: undefined,
      home: folders.home,
      separate: isolation.separate,
      umask: 0o022, // executions of other users read it
      host: undefined,
      input: undefined,
      result: false,
      descriptors: "plain",
    },
    {
      output: async ({ text, stream }) => {
        lines.push(text);
        if (stream === "stdout") printed.push(text);
        ask.log(settings.redact(text));
      },
      signal,
    },
    async (how) => how,
  );
  signal.throwIfAborted();
  return { ended, lines, printed };
}

const succeeded = (ended: Ended) =>
  ended.kind === "ended" && ended.message.code === 0 && ended.message.cause === null;

function reason(ended: Ended): string | undefined {
  if (ended.kind === "lost") return "The installation of packages was interrupted; try again.";
  if (ended.kind === "unprepared")
    return `The installation of packages could not be prepared: ${ended.reason}`;
  if (ended.kind === "aborted") return "The installation of packages was cancelled.";
  if (ended.message.error) return `The installer of packages could not be started: ${ended.message.error}`;
  switch (ended.message.cause) {
    case "timeout":
      return "The installation of packages took longer than 10 minutes.";
    case "memory":
      return "The installation of packages used more than 2 GiB of memory.";
    case "disk":
      return "The installation of packages wrote more than 4 GiB of files.";
    case null:
      return undefined;
    default:
      return `The installation of packages was ended (${ended.message.cause}).`;
  }
}
