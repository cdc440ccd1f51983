import type { IsolationLevel } from "../../core/run/run.ts";
import { findInstaller } from "../environments/installer.ts";
import { adviseIsolation } from "./advise-isolation.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Isolation } from "./level.ts";

/** What `rota doctor` and the server's own page show of the executor. */
export interface MachineDescription {
  /** Absolute path of the Python that runs actions; undefined: none was found. */
  readonly python: string | undefined;
  /** Its version, as in "3.11.7". */
  readonly version: string | undefined;
  /** undefined: no execution can be started. */
  readonly level: IsolationLevel | undefined;
  /** What control groups limit besides, for all processes of an execution together: of "memory" and "pids". */
  readonly groups: readonly string[];
  /** Why each execution starts an interpreter of its own; undefined: they are forks of a warm one. */
  readonly cold: string | undefined;
  /** What installs the packages of actions; whether the interpreter really has pip shows when it is needed. */
  readonly installer: "uv" | "pip" | undefined;
  /** Whether tasks may act on the machine itself (place `host`). */
  readonly hostSteps: boolean;
  /** Sentences: what is missing for full isolation, or to run anything at all. */
  readonly missing: readonly string[];
  /** Sentences: what to do about it. */
  readonly advice: readonly string[];
}

export async function describeMachine(machine: {
  python: () => Promise<Interpreter>;
  isolation: () => Promise<Isolation>;
  warm: (python: Interpreter) => Promise<string | undefined>;
  path: string;
  hostSteps: boolean;
}): Promise<MachineDescription> {
  const { hostSteps } = machine;
  const nothing = {
    hostSteps,
    python: undefined,
    version: undefined,
    level: undefined,
    groups: [],
    cold: undefined,
    installer: undefined,
  };
  let python: Interpreter;
  try {
    python = await machine.python();
  } catch (error) {
    return {
      ...nothing,
      missing: [sentence(error)],
      advice: ["Install Python 3.8 or newer (on Debian and Ubuntu: apt install python3)."],
    };
  }
  const installer = (await findInstaller(python, machine.path)).name;
  const known = {
    hostSteps,
    python: python.executable,
    version: python.version,
    installer,
  };
  try {
    const isolation = await machine.isolation();
    return {
      ...known,
      level: isolation.level,
      groups: isolation.groups,
      cold: await machine.warm(python),
      missing: isolation.lacks.map(({ sentence }) => sentence),
      advice: await adviseIsolation(isolation),
    };
  } catch (error) {
    return {
      ...known,
      level: undefined,
      groups: [],
      cold: undefined,
      missing: [sentence(error)],
      advice: [],
    };
  }
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
