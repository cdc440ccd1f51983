import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, sha256 } from "../../core/json.ts";
import type { Interpreter } from "../machine/interpreter.ts";
import type { Isolation } from "../machine/level.ts";
import type { Connection } from "../sandbox/keeper.ts";
import { removeTree } from "../sandbox/remove-tree.ts";
import { install } from "./install.ts";
import { installerSettings } from "./installer-settings.ts";
import { isFinished, marker } from "./marker.ts";
import type { Packages } from "./needs.ts";
import { seal } from "./seal.ts";
import { writeAnew } from "./write-anew.ts";

export interface Machine {
  readonly connection: Connection;
  readonly isolation: Isolation;
}

/**
 * Builds an environment in a temporary folder and puts it in its place when it is whole.
 * @throws EnvironmentFailed
 */
export async function build(ask: {
  /** Absolute; its parent exists. */
  readonly target: string;
  readonly machine: Machine;
  readonly python: Interpreter;
  readonly packages: Packages;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { target, machine, python, packages, variables, log, signal } = ask;
  const { connection } = machine;
  // Below the keeper's own folder, which is swept whichever way this server ends.
  const folder = join(connection.folder, `environment-${sha256(target + Math.random()).slice(0, 16)}`);
  const settings = installerSettings(variables);
  try {
    await mkdir(folder, { mode: 0o755 });
    await install({
      ...machine,
      python,
      packages,
      folder,
      settings,
      path: variables.PATH ?? "",
      log,
      signal,
    });
    const tree = join(folder, "tree");
    const size = await seal(tree);
    const { requirements } = packages;
    const about = {
      python: python.version,
      executable: python.executable,
      requirements: [...requirements],
      size,
    };
    await writeAnew(join(tree, marker), canonicalJson(about));
    await putInPlace(tree, target);
  } finally {
    await removeTree(folder);
  }
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
