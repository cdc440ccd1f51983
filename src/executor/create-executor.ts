import { join, resolve } from "node:path";
import type { IsolationLevel } from "../core/run/run.ts";
import { fromMilliseconds, type Instant } from "../core/time.ts";
import type { Executor } from "../runs/ports.ts";
import { describeMachine, type MachineDescription } from "./describe-machine.ts";
import { createEnvironments, type Environments } from "./environments/environments.ts";
import { letOthersRead } from "./sandbox/admit.ts";
import { executePython, refuse } from "./sandbox/execute-python.ts";
import { findInterpreter } from "./sandbox/interpreter.ts";
import { createKeeper } from "./sandbox/keeper.ts";
import { probeIsolation } from "./sandbox/level.ts";
import { cancelledEarly, notStarted } from "./sandbox/outcome.ts";

export interface RotaExecutor extends Executor {
  /** Dependency environments of bundles. */
  readonly environments: Environments;
  /** The isolation that executions get on this machine. Rejects when no execution can be started at all. */
  level(): Promise<IsolationLevel>;
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
  readonly clock?: () => Instant;
  /** The server's environment: settings of package installers (PIP_…, UV_…, proxies) are taken from it. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** What SIGTERM may take when the executor stops, ms: less where the task's own grace is less. */
const stopGrace = 2_000;

/**
 * The executor: runs Python in a sandbox of this machine, under a keeper process that owns all of it.
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
  });
  const isolation = remember(async () =>
    probeIsolation(await keeper.connect(), await python(), options.highest ?? "full"),
  );
  const admitted = new Set<string>();
  const ready = async (folders: readonly string[]) => {
    const machine = {
      python: await python(),
      isolation: await isolation(),
      connection: await keeper.connect(),
    };
    if (process.getuid?.() === 0 && machine.isolation.separate)
      for (const folder of folders)
        if (!admitted.has(folder)) {
          await letOthersRead(folder, machine.isolation.level === "full" ? undefined : dataDir);
          admitted.add(folder);
        }
    return machine;
  };

  return {
    environments: createEnvironments({
      folder: join(dataDir, "environments"),
      python,
      connect: keeper.connect,
      variables,
    }),
    level: async () => (await isolation()).level,
    describe: () => describeMachine({ python, isolation, path: variables.PATH ?? "" }),
    async execute(task, io) {
      if (io.signal.aborted) return cancelledEarly();
      const { bundle, environment } = task.program;
      const machine = await ready(environment === undefined ? [bundle] : [bundle, environment]).catch(
        (error: Error) => error,
      );
      if (machine instanceof Error) return notStarted(machine.message);
      const refusal = refuse(task, machine.isolation);
      if (refusal) return notStarted(refusal);
      return executePython(machine.connection, machine.python, task, machine.isolation, { ...io, clock });
    },
    stop: () => keeper.stop(stopGrace),
  };
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
