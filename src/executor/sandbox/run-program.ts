import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { IsolationLevel } from "../../core/run/run.ts";
import type { Chunk, Limits } from "../../runs/ports/executor.ts";
import type { HostUser } from "../host/find-user.ts";
import { longestTimer } from "../machine/longest-timer.ts";
import type { Connection } from "./keeper.ts";
import type { EndMessage, OutputMessage, Shown, StartMessage, ZygoteAsk } from "./messages.ts";
import { removeTree } from "./remove-tree.ts";
import { variablesOf } from "./variables.ts";

/** A program with its limits, as the keeper can run it: what kind of task it came from no longer matters. */
export interface ProgramRun {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly level: IsolationLevel;
  readonly network: boolean;
  /** Shown read-only at level full, besides the system's own folders. */
  readonly read: readonly Shown[];
  readonly bundle: string | undefined;
  /** A warm interpreter that it may be a fork of; else `argv` is executed. */
  readonly zygote: ZygoteAsk | undefined;
  /** What a fork, or a kept process, is told to do. */
  readonly task: object | undefined;
  /** Folders that it may write to, its own user's meanwhile; looked at for the limit of disk. None: left out. */
  readonly write?: readonly string[];
  /** Started here instead of in a private folder that is removed afterwards. */
  readonly home: string | undefined;
  /** Kept for further calls of this key, which are made by the same process as long as it lives. */
  readonly keep: string | undefined;
  readonly separate: boolean;
  readonly umask: number;
  /** Whom it runs as, unconfined, at place `host`. */
  readonly host: HostUser | undefined;
  readonly input: AsyncIterable<Uint8Array> | undefined;
  /** Whether there is a file that takes a result. */
  readonly result: boolean;
  /** How it gets at both: as runner.py does, or by standard input and `$ROTA_OUTPUT`. */
  readonly descriptors: StartMessage["descriptors"];
  /** Whom SIGTERM goes to when it is to end; default: every process of it. */
  readonly term?: StartMessage["term"];
}

export type Ended =
  | { readonly kind: "ended"; readonly message: EndMessage; readonly result: string }
  | { readonly kind: "lost" }
  /** Its folder could not be made, or the input not be read and kept. */
  | { readonly kind: "unprepared"; readonly reason: string }
  | { readonly kind: "aborted" };

const scratch = "/tmp";
/** Level full: where the file that `$ROTA_OUTPUT` names is shown. */
const shownOutput = "/run/rota/output";
/** How long after its last legal moment an execution is waited for before the keeper is held for stuck. */
const patience = 30_000;
/**
 * Runs one program to its end through the keeper. `finish` is called while the execution's folder still exists.
 * Rejects only when `output` rejects, after the program was ended.
 */
export async function runProgram<T>(
  connection: Connection,
  run: ProgramRun,
  io: { output(chunk: Chunk): Promise<void>; signal: AbortSignal },
  finish: (ended: Ended) => Promise<T>,
): Promise<T> {
  const id = randomBytes(9).toString("hex");
  const folder = join(connection.folder, id);
  try {
    const problem = await prepare(folder, run, io.signal);
    if (io.signal.aborted) return await finish({ kind: "aborted" });
    if (problem) return await finish({ kind: "unprepared", reason: problem });
    return await finish(await started(connection, run, io, id, folder));
  } finally {
    await removeTree(folder);
  }
}

async function prepare(folder: string, run: ProgramRun, signal: AbortSignal): Promise<string | undefined> {
  try {
    await mkdir(folder);
    await chmod(folder, 0o711); // whatever the umask: a user of its own passes through
    if (run.input) {
      const file = createWriteStream(join(folder, "input"), { mode: 0o600 });
      await pipeline(Readable.from(run.input, { objectMode: false }), file, { signal });
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function started(
  connection: Connection,
  run: ProgramRun,
  io: { output(chunk: Chunk): Promise<void>; signal: AbortSignal },
  id: string,
  folder: string,
): Promise<Ended> {
  const home = run.home ?? (run.level === "full" ? scratch : join(folder, "home"));
  const byPath = run.result && run.descriptors === "plain";
  const shown = byPath && run.level === "full" ? shownOutput : null;
  const output = byPath ? (shown ?? join(folder, "result")) : undefined;
  return new Promise((resolve, reject) => {
    // One chunk after another; the keeper stops reading when it is a window ahead of this chain.
    let told = Promise.resolve();
    let failure: { error: unknown } | undefined;
    const cancel = () => connection.cancel(id);
    const latest = run.limits.timeout + run.limits.grace + patience;
    const stuck = latest <= longestTimer ? setTimeout(() => connection.kill(), latest) : undefined;
    const done = (ended: Ended) => {
      clearTimeout(stuck);
      io.signal.removeEventListener("abort", cancel);
      told.then(() => (failure ? reject(failure.error) : resolve(ended)));
    };
    const tell = async (message: OutputMessage) => {
      try {
        for (const [stream, level, text] of failure ? [] : message.lines)
          await io.output({ at: message.at, stream, level: level ?? undefined, text });
      } catch (error) {
        failure = { error };
        cancel();
      }
      connection.acknowledge(id, message.bytes);
    };
    connection.start(
      {
        op: "start",
        id,
        folder,
        argv: run.argv,
        env: variablesOf(run, { folder, home, output }),
        limits: run.limits,
        level: run.level,
        home,
        root: join(folder, "root"),
        read: run.read,
        bundle: run.bundle ?? null,
        zygote: run.zygote ?? null,
        task: run.task ?? null,
        keep: run.keep ?? null,
        write: run.write ?? [],
        network: run.network,
        separate: run.separate,
        user: run.host ?? null,
        cwd: run.host?.home ?? null,
        umask: run.umask,
        input: run.input !== undefined,
        result: run.result,
        descriptors: run.descriptors,
        term: run.term ?? "tree",
        shown,
      },
      {
        output: (message) => {
          told = told.then(() => tell(message));
        },
        end: (message) => done({ kind: "ended", message, result: join(folder, "result") }),
        lost: () => done({ kind: "lost" }),
      },
    );
    if (io.signal.aborted) cancel();
    else io.signal.addEventListener("abort", cancel, { once: true });
  });
}
