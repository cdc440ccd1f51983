import type { Task } from "../runs/ports/executor.ts";
import type { Environments } from "./environments/environments.ts";
import { type HostPlace, readyHost } from "./host/ready-host.ts";
import type { Interpreter } from "./machine/interpreter.ts";
import { isFolder } from "./machine/is-folder.ts";
import type { OpenMachine } from "./machine/open-machine.ts";
import { refuse } from "./machine/refuse.ts";
import type { Connection } from "./sandbox/keeper.ts";
import { inSandbox, type Surroundings } from "./sandbox/surroundings.ts";

/** A task, and all that executes it. */
export interface ReadyTask {
  readonly task: Task;
  readonly surroundings: Surroundings;
  readonly connection: Connection;
  readonly python: Interpreter;
}

/** Why it cannot be executed: a sentence. */
export interface Refused {
  readonly refused: string;
}

/** Makes ready what a task needs: its environment, its place, its interpreter. */
export function taskPreparer(parts: {
  readonly machine: OpenMachine;
  readonly environments: Environments;
  readonly host: HostPlace;
}): (task: Task, signal: AbortSignal) => Promise<ReadyTask | Refused> {
  const { machine, environments, host } = parts;

  /** The task, with the environment that its bundle needs where the one it was given was evicted meanwhile. */
  async function complete(task: Task, signal: AbortSignal): Promise<Task> {
    if (task.program.kind !== "python" || task.program.environment === undefined) return task;
    const { bundle, environment } = task.program;
    if ((await isFolder(environment)) || !(await isFolder(bundle))) return task;
    const { folder } = await environments.prepare(bundle, signal);
    return { ...task, program: { ...task.program, environment: folder } };
  }

  async function surround(task: Task): Promise<Surroundings | Refused> {
    const { place } = task;
    if (place.kind === "host")
      return readyHost({ ...host, python: await machine.python() }, task, place.user, foldersOf(task));
    const isolation = await machine.isolation();
    const refused = refuse(task, isolation);
    if (refused !== undefined) return { refused };
    await machine.admit(foldersOf(task));
    return inSandbox(isolation);
  }

  return async (asked, signal) => {
    const task = await complete(asked, signal);
    const surroundings = await surround(task);
    if ("refused" in surroundings) return surroundings;
    const { program } = task;
    const python =
      program.kind === "python" ? await environments.pythonOf(program.bundle) : await machine.python();
    return { task, surroundings, connection: await machine.connect(), python };
  };
}

/** What the program has to be able to read. */
function foldersOf({ program }: Task): readonly string[] {
  if (program.kind === "http") return [];
  const environment = program.kind === "python" ? program.environment : undefined;
  return [program.bundle, environment].filter((folder) => folder !== undefined);
}
