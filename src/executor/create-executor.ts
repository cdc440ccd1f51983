import { join, resolve } from "node:path";
import type { IsolationLevel } from "../core/run/run.ts";
import { fromMilliseconds, type Instant } from "../core/time.ts";
import type { Executor } from "../runs/ports/executor.ts";
import { cancelledEarly, notStarted } from "./end/outcome.ts";
import { createEnvironments, type Environments } from "./environments/environments.ts";
import { wayThrough } from "./host/way-through.ts";
import type { Resolve } from "./http/checked-addresses.ts";
import { httpRequests } from "./http/http-requests.ts";
import { describeMachine, type MachineDescription } from "./machine/describe-machine.ts";
import { findInterpreter, findInterpreters } from "./machine/interpreter.ts";
import { type OpenMachine, openMachine, remember } from "./machine/open-machine.ts";
import { taskPreparer } from "./ready-task.ts";
import { executePython } from "./sandbox/execute-python.ts";
import { executeShell } from "./sandbox/execute-shell.ts";
import { inTurn } from "./sandbox/in-turn.ts";
import { createKeeper, type ZygoteSettings } from "./sandbox/keeper.ts";
import { createSshPlace, type SshPlace } from "./ssh/ssh-place.ts";
import { warmInterpreters } from "./warm-interpreters.ts";

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
  /** Connects to another machine as tasks at place `ssh` do, and runs `true` there. Never rejects. */
  readonly tryTarget: SshPlace["tryTarget"];
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
  /** Networks (10.0.0.0/8, or one address) that every http step may ask although they are not public. */
  readonly httpAllow?: readonly string[];
  /** Certificates, PEM, that http steps trust besides those that Node trusts. */
  readonly httpCertificates?: readonly string[];
  /** How http steps get the addresses of names; default: as the system does. */
  readonly resolve?: Resolve;
  /** When warm interpreters that nobody uses end; default: after 15 minutes, or beyond 1 GiB of all together. */
  readonly zygotes?: ZygoteSettings;
  /** Told in a sentence what went wrong beside any execution: for the server's own log. */
  readonly report?: (what: string) => void;
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
 * The executor: runs Python and command lines in a sandbox of this machine, or on the machine itself, under a keeper
 * process that owns all of it. Nothing is started before it is needed.
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
    report: options.report ?? (() => undefined),
  });
  const machine = openMachine({ dataDir, keeper, python, highest: options.highest ?? "full" });
  const policy = { allowed: options.allowHost ?? false, ownUid: process.getuid?.() };
  const environments = makeEnvironments(options, machine, variables);
  const warm = warmInterpreters(machine);
  const ready = taskPreparer({
    machine,
    environments,
    host: { dataDir, policy, letThrough: wayThrough(dataDir) },
  });
  const http = httpRequests({
    allow: options.httpAllow ?? [],
    ca: options.httpCertificates ?? [],
    resolve: options.resolve,
  });
  const ssh = createSshPlace(machine, variables.PATH ?? "");
  const takeTurn = inTurn();

  const execute: Executor["execute"] = async (asked, io) => {
    if (io.signal.aborted) return cancelledEarly();
    if (asked.program.kind === "http")
      return http.execute({ ...asked, program: asked.program }, { ...io, clock });
    if (asked.place.kind === "ssh") return ssh.execute(asked, { ...io, clock });
    const found = await ready(asked, io.signal).catch((error: Error) => ({ refused: error.message }));
    if (io.signal.aborted) return cancelledEarly();
    if ("refused" in found) return notStarted(found.refused);
    const { connection, surroundings } = found;
    const { program, ...task } = found.task;
    if (program.kind === "python")
      return executePython(connection, found.python, { ...task, program }, surroundings, { ...io, clock });
    if (program.kind === "shell")
      return executeShell(connection, { ...task, program }, surroundings, { ...io, clock });
    throw new Error("A request was made ready for a place."); // a bug of ours
  };

  return {
    environments: {
      ...environments,
      async prepare(bundle, signal, log) {
        const prepared = await environments.prepare(bundle, signal, log);
        warm.makeOnce(prepared.folder, await environments.pythonOf(bundle));
        return prepared;
      },
    },
    warm: async (environment) => warm.make(environment, await python()),
    level: async () => (await machine.isolation()).level,
    describe: () =>
      describeMachine({
        ...machine,
        warm: (own) => warm.make(undefined, own),
        path: variables.PATH ?? "",
        hostSteps: policy.allowed,
      }),
    execute: async (task, io) =>
      task.keep === undefined
        ? execute(task, io)
        : ((await takeTurn(task.keep, io.signal, () => execute(task, io))) ?? cancelledEarly()),
    tryTarget: ssh.tryTarget,
    release: ssh.release,
    stop: async () => {
      await Promise.all([ssh.stop(), keeper.stop(stopGrace), http.stop()]);
    },
  };
}

function makeEnvironments(
  options: ExecutorOptions,
  machine: OpenMachine,
  variables: NonNullable<ExecutorOptions["variables"]>,
): Environments {
  const search = () => remember(() => findInterpreters(variables));
  let others = search();
  return createEnvironments({
    folder: join(resolve(options.dataDir), "environments"),
    python: machine.python,
    others(again) {
      if (again) others = search();
      return others();
    },
    machine: async (bundle) => {
      await machine.admit([bundle]);
      return { isolation: await machine.isolation(), connection: await machine.connect() };
    },
    variables,
    inUse: options.bundlesInUse,
    most: options.environmentsSize ?? 10 * 2 ** 30,
  });
}
