import { randomBytes } from "node:crypto";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Limits, SshTarget } from "../../runs/ports/executor.ts";
import type { Connection as Keeper } from "../sandbox/keeper.ts";
import { removeTree } from "../sandbox/remove-tree.ts";
import { type ProgramRun, runProgram } from "../sandbox/run-program.ts";
import { clientFiles } from "./client-files.ts";
import { explainFailure } from "./explain-failure.ts";

/** A connection to another machine that sessions share: the master, in OpenSSH's words. */
export interface SshConnection {
  readonly target: SshTarget;
  readonly keeper: Keeper;
  /** Where ssh is started: its configuration, keys and control socket, all private. */
  readonly folder: string;
  /** The machine's own name for its ssh server, as it said it. */
  readonly software: string | undefined;
  /** How to start a session on it; the remote command is to follow. */
  readonly argv: readonly string[];
  alive(): boolean;
  /** Ends it, with all its sessions, and removes its keys. Idempotent; never rejects. */
  close(): Promise<void>;
}

/** A connection, or why there is none: a sentence. */
export type Opened = SshConnection | { readonly refused: string };

/** How the ssh clients of a connection are run: unconfined by any task's limits, without rights that they do not need. */
export const ofClients = {
  level: "basic",
  network: true,
  read: [],
  bundle: undefined,
  zygote: undefined,
  keep: undefined,
  separate: false,
  umask: 0o077,
  host: undefined,
} as const satisfies Partial<ProgramRun>;

/** None that they come near: the kernel counts all that the server's user runs, and others start meanwhile. */
export const mostProcesses = 4_096;
/** A run ends long before. */
const year = 365 * 24 * 3_600_000;
const limits: Limits = {
  timeout: year,
  grace: 1_000,
  memory: 2 ** 29,
  processes: mostProcesses,
  output: 2 ** 20,
  disk: 2 ** 26,
};
/** The socket appears within a round trip or two of the network, so looking oftener would change nothing. */
const look = 10;

/**
 * Connects, and answers when the machine has let us in. The client is a child of the keeper: it ends with the server,
 * whatever ends that. `signal` ends it at any time.
 * @throws Error when its files cannot be written
 */
export async function openConnection(
  client: string,
  keeper: Keeper,
  target: SshTarget,
  signal: AbortSignal,
): Promise<Opened> {
  const folder = join(keeper.folder, `ssh-${randomBytes(9).toString("hex")}`);
  const ending = new AbortController();
  const giveUp = () => ending.abort();
  signal.addEventListener("abort", giveUp, { once: true });
  let open = true;
  let said = "";
  let ended: Promise<void> = Promise.resolve();
  const close = async () => {
    signal.removeEventListener("abort", giveUp);
    ending.abort();
    await ended;
    await removeTree(folder);
  };
  try {
    if (signal.aborted) giveUp();
    await mkdir(folder, { mode: 0o700 });
    for (const { name, text } of clientFiles(target))
      await writeFile(join(folder, name), text, { mode: 0o600, flag: "wx" });
    const argv = [client, "-F", "config", "-S", "ctl", "-T"];
    ended = runProgram(
      keeper,
      {
        ...ofClients,
        argv: [...argv, "-M", "-N", "-E", "log", "-o", "LogLevel=DEBUG1", "--", "target"],
        env: {},
        limits,
        task: undefined,
        home: folder,
        input: undefined,
        result: false,
        descriptors: "plain",
      },
      {
        output: async ({ text }) => {
          said += `${text}\n`; // of the clients on the way: bounded by the limit on output
        },
        signal: ending.signal,
      },
      async () => {
        open = false;
      },
    );
    while (open && !(await exists(join(folder, "ctl")))) await pause(look);
    const log = (await readFile(join(folder, "log"), "utf8").catch(() => "")) + said;
    if (!open) {
      await close();
      return { refused: explainFailure(log, target) };
    }
    return { target, keeper, folder, software: softwareOf(log), argv, alive: () => open, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function softwareOf(log: string): string | undefined {
  const [, software] = /remote software version ([\x21-\x7e][\x20-\x7e]{0,200})/.exec(log) ?? [];
  return software?.trim();
}
