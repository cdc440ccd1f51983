import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Interpreter } from "../machine/interpreter.ts";
import { build, type Machine } from "./build.ts";
import { holdLock } from "./build-lock.ts";
import { choosePython } from "./choose-python.ts";
import { environmentKey } from "./environment-key.ts";
import { evict } from "./evict.ts";
import { isFinished, touch } from "./marker.ts";
import { readNeeds } from "./needs.ts";
import { shareWork } from "./share-work.ts";
import { type Say, sharedLogs } from "./shared-logs.ts";

export interface Environments {
  /**
   * Makes ready what an unpacked bundle's Python needs besides the standard library: installed once for all bundles
   * that need the same. `folder` is undefined where nothing is needed. `log` is told the lines of an installation;
   * nothing where it was there already.
   * @throws EnvironmentFailed, NoPython: sentences for the action's author
   */
  prepare(bundle: string, signal: AbortSignal, log?: Say): Promise<{ folder: string | undefined }>;
  /** The interpreter that a bundle asks for. @throws as `prepare` */
  pythonOf(bundle: string): Promise<Interpreter>;
}

export interface EnvironmentsOptions {
  readonly folder: string;
  /** The server's own interpreter. */
  readonly python: () => Promise<Interpreter>;
  /** Those that the machine has besides, newest first; `again`: looked for anew. */
  readonly others: (again: boolean) => Promise<readonly Interpreter[]>;
  /** The sandbox, in which other users may read the bundle. */
  readonly machine: (bundle: string) => Promise<Machine>;
  /** The server's own variables; only an installer's settings are taken from them. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Bundles whose environments must stay; undefined: all. */
  readonly inUse: (() => Promise<readonly string[]>) | undefined;
  /** What environments may take together, bytes. */
  readonly most: number;
}

/** What a bundle needs, as far as it is asked for again and again. Bundles never change. */
interface Known {
  readonly python: Interpreter;
  /** undefined: nothing is needed. */
  readonly key: string | undefined;
}
const mostKnown = 10_000;

/** Dependency environments under `folder`, one for each set of packages and interpreter. */
export function createEnvironments(options: EnvironmentsOptions): Environments {
  const { folder, variables } = options;
  const share = shareWork<void>();
  const logs = sharedLogs();
  const known = new Map<string, Promise<Known>>();

  async function find(bundle: string): Promise<Known> {
    const { requiresPython, packages } = await readNeeds(bundle);
    const python = await choosePython(requiresPython, await options.python(), options.others);
    return { python, key: packages && environmentKey(packages, python) };
  }

  function know(bundle: string): Promise<Known> {
    const before = known.get(bundle);
    if (before !== undefined) return before;
    const found = find(bundle);
    known.set(bundle, found);
    // What cannot be had is asked for anew, and so is a bundle that is not there (yet).
    found.then(() => stat(bundle)).catch(() => known.delete(bundle));
    const [oldest] = known.keys();
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
    return found;
  }

  async function make(target: string, key: string, bundle: string, signal: AbortSignal): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    const letGo = await holdLock(join(folder, `.${key}.lock`), signal);
    try {
      if (await isFinished(target)) return; // another process's work
      const { python } = await know(bundle);
      const { packages } = await readNeeds(bundle);
      if (packages === undefined) return;
      const machine = await options.machine(bundle);
      const log: Say = (line) => logs.say(key, line);
      await build({ target, machine, python, packages, variables, log, signal });
    } finally {
      await letGo();
    }
    await tidy(key);
  }

  async function tidy(justMade: string): Promise<void> {
    const { inUse } = options;
    if (inUse === undefined) return;
    const names = async () => {
      const kept = (await inUse()).map((bundle) => know(bundle).catch(() => undefined));
      return new Set([justMade, ...(await Promise.all(kept)).flatMap((one) => one?.key ?? [])]);
    };
    // Too much on the disk is no reason to fail what was just built.
    await evict(folder, options.most, names).catch(() => undefined);
  }

  return {
    async prepare(bundle, signal, log = () => undefined) {
      const { key } = await know(bundle);
      if (key === undefined) return { folder: undefined };
      const target = join(folder, key);
      if (await touch(target)) return { folder: target };
      const leave = logs.listen(key, log);
      try {
        await share(target, signal, (shared) => make(target, key, bundle, shared));
      } finally {
        leave();
      }
      return { folder: target };
    },
    pythonOf: async (bundle) => (await know(bundle)).python,
  };
}
