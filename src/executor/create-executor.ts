import { join, resolve } from "node:path";
import type { IsolationLevel } from "../core/run/run.ts";
import { fromMilliseconds, type Instant } from "../core/time.ts";
import type { Executor, Task } from "../runs/ports.ts";
import { describeMachine, type MachineDescription } from "./describe-machine.ts";
import { createEnvironments, type Environments } from "./environments/environments.ts";
import { readyHost } from "./host/ready-host.ts";
import { wayThrough } from "./host/way-through.ts";
import { letOthersRead } from "./sandbox/admit.ts";
import { executePython } from "./sandbox/execute-python.ts";
import { executeShell } from "./sandbox/execute-shell.ts";
import { isFolder } from "./sandbox/finish.ts";
import { inTurn } from "./sandbox/in-turn.ts";
import { findInterpreter, findInterpreters, type Interpreter } from "./sandbox/interpreter.ts";
import { createKeeper, type ZygoteSettings } from "./sandbox/keeper.ts";
import { type Isolation, probeIsolation } from "./sandbox/level.ts";
import { cancelledEarly, notStarted } from "./sandbox/outcome.ts";
import { refuse } from "./sandbox/refuse.ts";
import { inSandbox } from "./sandbox/surroundings.ts";
import { zygoteOf } from "./sandbox/zygote.ts";

export interface RotaExecutor extends Executor {
  /** Dependency environments of bundles. */
  readonly environments: Environments;
  /** The isolation that executions get on this machine. Rejects when no execution can be started at all. */
  level(): Promise<IsolationLevel>;
  /**
   * Makes a warm interpreter ready for executions of this dependency environment (undefined: of none), where the
   * machine allows it. Answers why there is none; undefined when there is. Executions never wait for it.
   */
  warm(environment: string | undefined): Promise<string | undefined>;
  /** What executions have on this machine, what is missing, and how to get it. Never rejects. */
  describe(): Promise<MachineDescription>;
}

export interface ExecutorOptions {
  /** Folder for executions and dependency environments. */
  readonly dataDir: string;
  /** The Python to use; otherwise ROTA_PYTHON, otherwise the first on PATH that is new enough. */
  readonly python?: string;
  /** Stay at or below this level even where the machine offers more. */
  readonly highest?: IsolationLevel;
  /** Whether tasks may act on this machine itself (place `host`); default: no. */
  readonly allowHost?: boolean;
  readonly clock?: () => Instant;
  /** When warm interpreters that nobody uses end; default: after 15 minutes, or beyond 1 GiB of all together. */
  readonly zygotes?: ZygoteSettings;
  /** The server's environment: settings of package installers (ROTA_PIP_…, proxies) are taken from it. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /**
   * Bundles of live versions and of runs that have not ended: what they need is never evicted. Without it, nothing
   * is.
   */
  readonly bundlesInUse?: () => Promise<readonly string[]>;
  /** What dependency environments may take together, bytes; 10 GiB. */
  readonly environmentsSize?: number;
}

/** What SIGTERM may take when the executor stops, ms: less where the task's own grace is less. */
const stopGrace = 2_000;

/**
 * The executor: runs Python and shell in a sandbox of this machine or on the machine itself, under a keeper process that owns all of it.
 * Nothing is started before it is needed.
 */
export function createExecutor(options: ExecutorOptions): RotaExecutor {
  const dataDir = resolve(options.dataDir);
  const variables = options.variables ?? process.env;
  const clock = options.clock ?? (() => fromMilliseconds(Date.now()));
  const python = remember(() => findInterpreter(options.python ?? variables.ROTA_PYTHON));
  const keeper = createKeeper({
    python: async () => (await python()).executable,
    folder: join(dataDir, "executions"),
    zygotes: options.zygotes ?? { idle: 15 * 60, memory: 2 ** 30 },
  });
  const isolation = remember(async () =>
    probeIsolation(await keeper.connect(), await python(), options.highest ?? "full"),
  );
  const takeTurn = inTurn();
  /** Environments that were prepared: their first execution finds a warm interpreter. Later ones are made by use. */
  const warmed = new Set<string>();
  const admitted = new Set<string>();
  const admit = async ({ level, separate }: Isolation, folders: readonly string[]) => {
    if (process.getuid?.() !== 0 || !separate) return;
    for (const folder of folders)
      if (!admitted.has(folder)) {
        await letOthersRead(folder, level === "full" ? undefined : dataDir);
        admitted.add(folder);
      }
  };
  const readySandbox = async (task: Task, folders: readonly string[]) => {
    const found = await isolation();
    const refused = refuse(task, found);
    if (refused !== undefined) return { refused };
    await admit(found, folders);
    return inSandbox(found);
  };
  const letThrough = wayThrough(dataDir);
  const policy = { allowed: options.allowHost ?? false, ownUid: process.getuid?.() };
  const ready = async (task: Task) => {
    const folders = foldersOf(task);
    const { place } = task;
    return place.kind === "host"
      ? readyHost({ dataDir, policy, python: await python(), letThrough }, task, place.user, folders)
      : readySandbox(task, folders);
  };
  const search = () => remember(() => findInterpreters(variables));
  let others = search();
  const environments = createEnvironments({
    folder: join(dataDir, "environments"),
    python,
    others(again) {
      if (again) others = search();
      return others();
    },
    machine: async (bundle) => {
      const found = await isolation();
      await admit(found, [bundle]);
      return { isolation: found, connection: await keeper.connect() };
    },
    variables,
    inUse: options.bundlesInUse,
    most: options.environmentsSize ?? 10 * 2 ** 30,
  });
  /** The task, with the environment that its bundle needs where the one it was given was evicted meanwhile. */
  const complete = async (task: Task, signal: AbortSignal): Promise<Task> => {
    if (task.program.kind !== "python" || task.program.environment === undefined) return task;
    const { bundle, environment } = task.program;
    if ((await isFolder(environment)) || !(await isFolder(bundle))) return task;
    const { folder } = await environments.prepare(bundle, signal);
    return { ...task, program: { ...task.program, environment: folder } };
  };
  const prepared = async (asked: Task, signal: AbortSignal) => {
    const task = await complete(asked, signal);
    const surroundings = await ready(task);
    if ("refused" in surroundings) return surroundings;
    const { program } = task;
    const own = program.kind === "python" ? await environments.pythonOf(program.bundle) : await python();
    return { task, surroundings, connection: await keeper.connect(), python: own };
  };

  async function warm(environment: string | undefined, own: Interpreter): Promise<string | undefined> {
    const found = await isolation();
    if (found.level !== "full") return "Warm interpreters need full isolation.";
    if (environment !== undefined) await admit(found, [environment]);
    const connection = await keeper.connect();
    const { state, reason } = await connection.warm(zygoteOf(connection, own, environment));
    return state === "ready" ? undefined : (reason ?? "No reason was given.");
  }

  const executeNow: Executor["execute"] = async (task, io) => {
    if (io.signal.aborted) return cancelledEarly();
    const machine = await prepared(task, io.signal).catch((error: Error) => ({ refused: error.message }));
    if (io.signal.aborted) return cancelledEarly();
    if ("refused" in machine) return notStarted(machine.refused);
    const { connection, surroundings } = machine;
    const { program, ...rest } = machine.task;
    return program.kind === "shell"
      ? executeShell(connection, { ...rest, program }, surroundings, { ...io, clock })
      : executePython(connection, machine.python, { ...rest, program }, surroundings, { ...io, clock });
  };

  return {
    environments: {
      ...environments,
      async prepare(bundle, signal, log) {
        const prepared = await environments.prepare(bundle, signal, log);
        const own = await environments.pythonOf(bundle);
        const key = `${own.executable}\n${prepared.folder ?? ""}`;
        if (!warmed.has(key)) {
          warmed.add(key);
          warm(prepared.folder, own).catch(() => undefined); // it is only quicker with it
        }
        return prepared;
      },
    },
    warm: async (environment) => warm(environment, await python()),
    level: async () => (await isolation()).level,
    describe: () =>
      describeMachine({ python, isolation, path: variables.PATH ?? "", hostSteps: policy.allowed }),
    execute: async (task, io) =>
      task.keep === undefined
        ? executeNow(task, io)
        : ((await takeTurn(task.keep, io.signal, () => executeNow(task, io))) ?? cancelledEarly()),
    stop: () => keeper.stop(stopGrace),
  };
}

/** What the program has to be able to read. */
function foldersOf({ program }: Task): readonly string[] {
  const environment = program.kind === "python" ? program.environment : undefined;
  return [program.bundle, environment].filter((folder) => folder !== undefined);
}

/** Asks once; a failure is forgotten, so that the next call tries again. */
function remember<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    answer.catch(() => {
      answer = undefined;
    });
    return answer;
  };
}
