import { globSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { importingAction, plainActions } from "./actions.ts";
import { Client } from "./client.ts";
import { manyModules, writeHeavyWheel } from "./heavy-package.ts";
import { Python } from "./python.ts";
import { Repository } from "./repository.ts";
import { startServer, token } from "./server-process.ts";

/** A live server with the actions of the bench, in a process of its own, over a folder that goes with it. */
export interface World {
  readonly client: Client;
  readonly python: Python;
  readonly serverPid: number;
  /** A temporary folder for whatever a floor needs. */
  readonly folder: string;
  /** What the action `importing` imports, and the folder where the server installed it. */
  readonly heavy: { readonly module: string; readonly folder: string };
  close(): Promise<void>;
}

/** @throws when the server does not start or an action is refused; nothing stays behind then */
export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "rota-bench-exec-"));
  const undo: (() => Promise<void> | void)[] = [
    () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  ];
  const close = async () => {
    for (const one of undo.splice(0).reverse()) await one();
  };
  try {
    const python = new Python();
    const [data, wheels] = [join(folder, "data"), join(folder, "wheels")];
    mkdirSync(wheels);
    const server = await startServer(folder, {
      ROTA_DATA: data,
      ROTA_PYTHON: python.executable,
      PIP_FIND_LINKS: `${process.env.PIP_FIND_LINKS ?? ""} ${wheels}`.trim(),
      UV_FIND_LINKS: [process.env.UV_FIND_LINKS, wheels].filter(Boolean).join(","),
    });
    undo.push(server.stop);
    const client = new Client(server.address, token);
    undo.push(() => client.close());

    const repository = new Repository(join(folder, "repository"));
    const apply = async (files: Readonly<Record<string, string>>) => {
      repository.commit(files);
      await repository.apply(server.address, token);
    };
    await apply(plainActions);
    const module = await applyImporting(apply, () => writeHeavyWheel(python, wheels));
    const heavy = { module, folder: installed(data, module) };
    return { client, python, serverPid: server.pid, folder, heavy, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Applies the importing action with `requests`, and where that cannot be had, with a package of our own. */
async function applyImporting(
  apply: (files: Readonly<Record<string, string>>) => Promise<void>,
  writeWheel: () => Promise<void>,
): Promise<string> {
  try {
    await apply(importingAction("requests", "requests"));
    return "requests";
  } catch (error) {
    process.stdout.write(`requests could not be had, a package of our own takes its place. ${error}\n`);
    await writeWheel();
    await apply(importingAction(manyModules.requirement, manyModules.module));
    return manyModules.module;
  }
}

function installed(data: string, module: string): string {
  const [found] = globSync(`environments/**/${module}/__init__.py`, { cwd: data });
  if (found === undefined) throw new Error(`${module} is not below environments/ of the data folder`);
  return join(data, dirname(dirname(found)));
}
