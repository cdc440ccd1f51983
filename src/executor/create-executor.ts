import { join } from "node:path";
import type { IsolationLevel } from "../core/run/run.ts";
import { fromMilliseconds, type Instant } from "../core/time.ts";
import type { Executor } from "../runs/ports.ts";
import { createEnvironments, type Environments } from "./environments/environments.ts";
import { executePython, refuse } from "./sandbox/execute-python.ts";
import { findInterpreter } from "./sandbox/interpreter.ts";
import { createKeeper } from "./sandbox/keeper.ts";
import { basicIsolation, probeIsolation } from "./sandbox/level.ts";
import { cancelledEarly, notStarted } from "./sandbox/outcome.ts";

export interface RotaExecutor extends Executor {
  /** Dependency environments of bundles. */
  readonly environments: Environments;
  /** The isolation that executions get on this machine. Rejects when no execution can be started at all. */
  level(): Promise<IsolationLevel>;
}

export interface ExecutorOptions {
  /** Folder for executions and dependency environments, absolute. */
  readonly dataDir: string;
  /** The Python to use; otherwise ROTA_PYTHON, otherwise the first on PATH that is new enough. */
  readonly python?: string;
  /** Stay at or below this level even where the machine offers more. */
  readonly highest?: IsolationLevel;
  readonly clock?: () => Instant;
  /** The server's environment: settings of package installers (PIP_…, UV_…, proxies) are taken from it. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/**
 * The executor: runs Python in a sandbox of this machine, under a keeper process that owns all of it.
 * Nothing is started before it is needed.
 * @param options.dataDir folder for executions and dependency environments, absolute
 */
export function createExecutor(options: ExecutorOptions): RotaExecutor {
  const clock = options.clock ?? (() => fromMilliseconds(Date.now()));
  const variables = options.variables ?? process.env;
  const python = remember(() => findInterpreter(options.python ?? variables.ROTA_PYTHON));
  const keeper = createKeeper({
    python: async () => (await python()).executable,
    folder: join(options.dataDir, "executions"),
  });
  const isolation = remember(async () =>
    options.highest === "full" || options.highest === undefined
      ? probeIsolation(await keeper.connect(), await python())
      : basicIsolation("The server was told to stay below it."),
  );
  const ready = async () => {
    const [found, offered] = [await python(), await isolation()];
    return { python: found, isolation: offered, connection: await keeper.connect() };
  };

  return {
    environments: createEnvironments({
      folder: join(options.dataDir, "environments"),
      python,
      connect: keeper.connect,
      variables,
    }),
    level: async () => (await isolation()).level,
    async execute(task, io) {
      if (io.signal.aborted) return cancelledEarly();
      const machine = await ready().catch((error: Error) => error);
      if (machine instanceof Error) return notStarted(machine.message);
      const refusal = refuse(task, machine.isolation);
      if (refusal) return notStarted(refusal);
      return executePython(machine.connection, machine.python, task, machine.isolation, { ...io, clock });
    },
    stop: () => keeper.stop(2_000),
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
