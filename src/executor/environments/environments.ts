import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, sha256 } from "../../core/json.ts";
import type { Interpreter } from "../sandbox/interpreter.ts";
import type { Connection } from "../sandbox/keeper.ts";
import { removeTree } from "../sandbox/remove-tree.ts";
import { type Declaration, readDeclaration } from "./declaration.ts";
import { EnvironmentFailed } from "./environment-failed.ts";
import { install } from "./install.ts";
import { allowsPython } from "./python-version.ts";
import { shareWork } from "./share-work.ts";

export interface Environments {
  /**
   * Makes ready what an unpacked bundle's Python needs besides the standard library: installed once for all bundles
   * that declare the same. `folder` is undefined where nothing is needed.
   * @throws EnvironmentFailed, NoPython: sentences for the action's author
   */
  prepare(bundle: string, signal: AbortSignal): Promise<{ folder: string | undefined }>;
}

/** Written last: a folder without it was never finished. */
const marker = ".rota-environment.json";

/** Dependency environments under `folder`, one for each set of requirements and interpreter. */
export function createEnvironments(options: {
  folder: string;
  python: () => Promise<Interpreter>;
  connect: () => Promise<Connection>;
  /** The server's own variables; only an installer's settings are taken from them. */
  variables: Readonly<Record<string, string | undefined>>;
}): Environments {
  const share = shareWork<void>();

  async function build(target: string, requirements: readonly string[], signal: AbortSignal): Promise<void> {
    const [python, connection] = [await options.python(), await options.connect()];
    // Below the keeper's own folder, which is swept whichever way this server ends.
    const unfinished = join(connection.folder, `environment-${sha256(target + Math.random()).slice(0, 16)}`);
    try {
      await mkdir(unfinished, { mode: 0o755 });
      await install({
        python,
        connection,
        requirements,
        folder: unfinished,
        variables: options.variables,
        signal,
      });
      const about = { python: python.version, executable: python.executable, requirements };
      await writeFile(join(unfinished, marker), canonicalJson(about), { mode: 0o644 });
      await mkdir(options.folder, { recursive: true, mode: 0o711 });
      await putInPlace(unfinished, target);
    } finally {
      await removeTree(unfinished);
    }
  }

  return {
    async prepare(bundle, signal) {
      const { requirements, requiresPython } = await readDeclaration(bundle);
      if (requiresPython !== undefined) checkPython(requiresPython, await options.python());
      if (requirements.length === 0) return { folder: undefined };
      const target = join(options.folder, keyOf({ requirements, requiresPython }, await options.python()));
      if (!(await isFinished(target)))
        await share(target, signal, async (shared) => {
          if (!(await isFinished(target))) await build(target, requirements, shared);
        });
      return { folder: target };
    },
  };
}

/** What stands there is either another server's, built meanwhile, or damaged: without its marker. */
async function putInPlace(unfinished: string, target: string): Promise<void> {
  try {
    await rename(unfinished, target);
  } catch (error) {
    if (await isFinished(target)) return;
    if (!isCode(error, "ENOTEMPTY") && !isCode(error, "EEXIST")) throw error;
    await removeTree(target);
    await rename(unfinished, target);
  }
}

const isCode = (error: unknown, code: string) =>
  error instanceof Error && "code" in error && error.code === code;

function keyOf({ requirements }: Declaration, { version, executable, platform }: Interpreter): string {
  return sha256(canonicalJson({ requirements, version, executable, platform })).slice(0, 40);
}

function checkPython(wanted: string, { version, executable }: Interpreter) {
  const allowed = allowsPython(wanted, version);
  if (allowed === undefined)
    throw new EnvironmentFailed(
      `pyproject.toml: requires-python ${JSON.stringify(wanted.slice(0, 100))} is no version specifier; write for example ">=3.9".`,
    );
  if (!allowed)
    throw new EnvironmentFailed(
      `The action needs Python ${wanted}, and this server runs ${version} (${executable}); another one is named with ROTA_PYTHON.`,
    );
}

const isFinished = (folder: string) =>
  stat(join(folder, marker)).then(
    () => true,
    () => false,
  );
