import type { Interpreter } from "./machine/interpreter.ts";
import type { OpenMachine } from "./machine/open-machine.ts";
import { zygoteOf } from "./sandbox/zygote.ts";

export interface WarmInterpreters {
  /**
   * Makes one ready for executions of this environment (undefined: of none) and interpreter. Answers why there is
   * none; undefined when there is.
   */
  make(environment: string | undefined, python: Interpreter): Promise<string | undefined>;
  /** The same once, in the background: executions never wait for it. Later ones are made by use. */
  makeOnce(environment: string | undefined, python: Interpreter): void;
}

/** Zygotes, as the executor asks for them. */
export function warmInterpreters(machine: OpenMachine): WarmInterpreters {
  const asked = new Set<string>();

  async function make(environment: string | undefined, python: Interpreter): Promise<string | undefined> {
    const { level } = await machine.isolation();
    if (level !== "full") return "warm interpreters need full isolation";
    if (environment !== undefined) await machine.admit([environment]);
    const connection = await machine.connect();
    const { state, reason } = await connection.warm(zygoteOf(connection, python, environment));
    return state === "ready" ? undefined : (reason ?? "no reason was given");
  }

  return {
    make,
    makeOnce(environment, python) {
      const key = `${python.executable}\n${environment ?? ""}`;
      if (asked.has(key)) return;
      asked.add(key);
      make(environment, python).catch(() => undefined); // it is only quicker with it
    },
  };
}
