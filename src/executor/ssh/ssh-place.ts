import { randomBytes } from "node:crypto";
import { fromMilliseconds } from "../../core/time.ts";
import type { Executor, Outcome, SshTarget, Task } from "../../runs/ports/executor.ts";
import type { Io } from "../end/finish.ts";
import { cancelledEarly, notStarted, timedOutEarly } from "../end/outcome.ts";
import { longestTimer } from "../machine/longest-timer.ts";
import { type OpenMachine, remember } from "../machine/open-machine.ts";
import { admitToSsh } from "./admit-to-ssh.ts";
import { createConnections } from "./connections.ts";
import { executeOverSsh } from "./execute-over-ssh.ts";
import { findClient, noClient } from "./find-client.ts";
import { openConnection } from "./open-connection.ts";

/** What came of trying a machine. */
export type TargetTrial =
  | {
      readonly reached: true;
      /** From the start to the end of a command that does nothing. */
      readonly milliseconds: number;
      /** What its ssh server calls itself. */
      readonly software: string | undefined;
    }
  | { readonly reached: false; readonly reason: string };

/** Other machines, as far as tasks act on them: by OpenSSH's own client, under the keeper. */
export interface SshPlace {
  execute(task: Task, io: Io): Promise<Outcome>;
  /** Connects anew, and runs `true`. Never rejects. */
  tryTarget(target: SshTarget, signal: AbortSignal): Promise<TargetTrial>;
  release: Executor["release"];
  stop(): Promise<void>;
}

export function createSshPlace(
  machine: Pick<OpenMachine, "connect" | "python">,
  /** Where the client is looked for, once. */
  path: string,
): SshPlace {
  const client = remember(async () => {
    const found = await findClient(path);
    if (found === undefined) throw new Error(noClient);
    return found;
  });
  const open = async (target: SshTarget, signal: AbortSignal) =>
    openConnection(await client(), await machine.connect(), target, signal);
  const connections = createConnections((target, signal) =>
    open(target, signal).catch((error: Error) => ({ refused: error.message })),
  );

  async function execute(asked: Task, io: Io, heard: (software?: string) => void = () => undefined) {
    const task = admitToSsh(asked);
    if ("refused" in task) return notStarted(task.refused);
    const late = AbortSignal.timeout(Math.min(task.limits.timeout, longestTimer));
    const waited = AbortSignal.any([io.signal, late]);
    const outcome = await connections.use(task.run, task.place.target, waited, async (opened) => {
      if ("refused" in opened) return io.signal.aborted ? cancelledEarly() : notStarted(opened.refused);
      heard(opened.software);
      return executeOverSsh(opened, await machine.python(), task, io);
    });
    return outcome ?? (io.signal.aborted ? cancelledEarly() : timedOutEarly(task.limits));
  }

  return {
    execute,
    async tryTarget(target, signal) {
      const run = `try-${randomBytes(9).toString("hex")}`;
      const started = performance.now();
      let software: string | undefined;
      try {
        const outcome = await execute(trial(run, target), { ...quiet(), signal }, (heard) => {
          software = heard;
        });
        const { end, reason = "It ended, and nobody knows why." } = outcome;
        if (end !== "succeeded") return { reached: false, reason };
        return { reached: true, milliseconds: Math.round(performance.now() - started), software };
      } catch (error) {
        return { reached: false, reason: error instanceof Error ? error.message : String(error) };
      } finally {
        await connections.release(run);
      }
    },
    release: connections.release,
    stop: connections.stop,
  };
}

async function* nothing(): AsyncIterable<Uint8Array> {}
const quiet = () => ({
  input: nothing(),
  output: async () => undefined,
  clock: () => fromMilliseconds(Date.now()),
});

const trial = (run: string, target: SshTarget): Task => ({
  run,
  program: { kind: "shell", command: "true", bundle: undefined },
  place: { kind: "ssh", target },
  env: {},
  limits: { timeout: 30_000, grace: 1_000, memory: 0, processes: 0, output: 2 ** 16, disk: 0 },
  network: true,
  isolation: "best",
  keep: undefined,
});
