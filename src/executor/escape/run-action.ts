import type { Executor, Outcome, Task } from "../../runs/ports/executor.ts";
import type { Stage } from "./stage.ts";

/** Runs an action of the suite once. */
export type RunAction = (
  action: string,
  asked: {
    readonly env: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    heard(line: string): void;
  },
) => Promise<Outcome>;

/** Small, so that what is meant to be stopped is stopped soon. */
export const limits = {
  timeout: 60_000,
  grace: 500,
  memory: 128 * 2 ** 20,
  processes: 32,
  output: 2 ** 20,
  disk: 32 * 2 ** 20,
};

const withoutNetwork = new Set(["network-off"]);
const names =
  "AT DATA SERVER KEEPER NAMES PORT ABSTRACT SOCKET OTHER ELSEWHERE TOKEN VICTIM VICTIM_HOME MEMORY DISK IPC";
const everybodys = "PATH LANG HOME TMPDIR ROTA_EXECUTION";

export const runActionOn =
  (executor: Executor, stage: Stage): RunAction =>
  (action, { env, signal, heard }) => {
    const task: Task = {
      run: "0000000000000000000000000",
      program: {
        kind: "python",
        entry: "scheduled",
        file: "main.py",
        bundle: stage.bundle(action),
        environment: undefined,
      },
      place: { kind: "sandbox" },
      env: { ...env, NAMES: `${names} ${everybodys}` },
      limits: action === "victim" ? { ...limits, timeout: 3_600_000 } : limits,
      network: !withoutNetwork.has(action),
      isolation: "best",
      keep: undefined,
    };
    return executor.execute(task, { input: nothing(), signal, output: async ({ text }) => heard(text) });
  };

async function* nothing(): AsyncIterable<Uint8Array> {}
