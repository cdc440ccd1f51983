import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { IsolationLevel } from "../../core/run/run.ts";
import type { Instant } from "../../core/time.ts";
import type { Chunk, Executor, Outcome, Task } from "../../runs/ports/executor.ts";
import type { EndMessage } from "../sandbox/messages.ts";
import type { Ended } from "../sandbox/run-program.ts";
import { cancelledEarly, type Ending, lost, notStarted, outcomeOf } from "./outcome.ts";

export type Io = Parameters<Executor["execute"]>[1] & { clock(): Instant };

/** What depends on the kind of program in how it ends. */
export interface Reading {
  /** The end of one that nobody ended. */
  byItself(message: EndMessage): Ending;
  /** Whether the file `result` is to be read. */
  hasResult(message: EndMessage): boolean;
  /** A result that is longer than the limit on output; undefined: it is left out. */
  tooLong: Ending | undefined;
}

/** What the keeper told, as an outcome: the same for programs of every kind. */
export async function finish(
  ended: Ended,
  task: Task,
  isolation: IsolationLevel | undefined,
  io: Io,
  reading: Reading,
): Promise<Outcome> {
  switch (ended.kind) {
    case "aborted":
      return cancelledEarly();
    case "unprepared":
      return notStarted(`The execution could not be prepared: ${ended.reason}`);
    case "lost":
      return lost("The keeper of executions died while it ran.");
    case "ended": {
      const { message } = ended;
      // Of one that was ended, all that ends with it was still its own.
      if (message.left > 0 && message.cause === null) await io.output(leftBehind(message.left, io.clock()));
      const result = reading.hasResult(message)
        ? await readResult(ended.result, task.limits.output)
        : undefined;
      const outcome = outcomeOf(message, task.limits, isolation, reading.byItself);
      if (outcome.end !== "succeeded") return outcome;
      return result === "too long" ? { ...outcome, ...reading.tooLong } : { ...outcome, result };
    }
  }
}

export const leftBehind = (count: number, at: Instant): Chunk => ({
  at,
  stream: "system",
  level: undefined,
  text: `${count} ${count === 1 ? "process" : "processes"} that it left behind ended with it.`,
});

/** A file that a program has written. No more than `limit` is read: a process that is kept could write on meanwhile. */
export async function readResult(file: string, limit: number): Promise<Uint8Array | "too long" | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = await handle.stat();
    if (size > limit) return "too long";
    const bytes = new Uint8Array(size);
    let read = 0;
    while (read < size) {
      const { bytesRead } = await handle.read(bytes, read, size - read, read);
      if (bytesRead === 0) break; // it became shorter
      read += bytesRead;
    }
    return read > 0 ? bytes.subarray(0, read) : undefined;
  } finally {
    await handle.close();
  }
}
