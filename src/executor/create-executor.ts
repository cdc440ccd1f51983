import { join, resolve } from "node:path";
import type { IsolationLevel } from "../core/run/run.ts";
import { fromMilliseconds, type Instant } from "../core/time.ts";
import type { Executor } from "../runs/ports.ts";
import { describeMachine, type MachineDescription } from "./describe-machine.ts";
import { createEnvironments, type Environments } from "./environments/environments.ts";
import { letOthersRead } from "./sandbox/admit.ts";
import { executePython, refuse } from "./sandbox/execute-python.ts";
import { inTurn } from "./sandbox/in-turn.ts";
import { findInterpreter } from "./sandbox/interpreter.ts";
import { createKeeper, type ZygoteSettings } from "./sandbox/keeper.ts";
import { probeIsolation } from "./sandbox/level.ts";
import { cancelledEarly, notStarted } from "./sandbox/outcome.ts";
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
  readonly clock?: () => Instant;
  /** When warm interpreters that nobody uses end; default: after 15 minutes, or beyond 1 GiB of all together. */
  readonly zygotes?: ZygoteSettings;
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
    zygotes: options.zygotes ?? { idle: 15 * 60, memory: 2 ** 30 },
  });
  const isolation = remember(async () =>
    probeIsolation(await keeper.connect(), await python(), options.highest ?? "full"),
  );
  const takeTurn = inTurn();
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

  async function warm(environment: string | undefined): Promise<string | undefined> {
    const machine = await ready(environment === undefined ? [] : [environment]);
    if (machine.isolation.level !== "full") return "Warm interpreters need full isolation.";
    const { state, reason } = await machine.connection.warm(
      zygoteOf(machine.connection, machine.python, environment),
    );
    return state === "ready" ? undefined : (reason ?? "No reason was given.");
  }
  const environments = createEnvironments({
    folder: join(dataDir, "environments"),
    python,
    connect: keeper.connect,
    variables,
  });

  const executeNow: Executor["execute"] = async (task, io) => {
    if (io.signal.aborted) return cancelledEarly();
    const { bundle, environment } = task.program;
    const machine = await ready(environment === undefined ? [bundle] : [bundle, environment]).catch(
      (error: Error) => error,
    );
    if (machine instanceof Error) return notStarted(machine.message);
    const refusal = refuse(task, machine.isolation);
    if (refusal) return notStarted(refusal);
    return executePython(machine.connection, machine.python, task, machine.isolation, { ...io, clock });
  };

  return {
    environments: {
      async prepare(bundle, signal) {
        const prepared = await environments.prepare(bundle, signal);
        warm(prepared.folder).catch(() => undefined); // it is only quicker with it
        return prepared;
      },
    },
    warm,
    level: async () => (await isolation()).level,
    describe: () => describeMachine({ python, isolation, path: variables.PATH ?? "" }),
    execute: async (task, io) =>
      task.keep === undefined
        ? executeNow(task, io)
        : ((await takeTurn(task.keep, io.signal, () => executeNow(task, io))) ?? cancelledEarly()),
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
