import { Worker } from "node:worker_threads";
import { OpenObserveError } from "../port.ts";
import type { WriteAsk, Written } from "./write-records.ts";
import type { FromWriter, ToWriter } from "./write-thread.ts";

/** The writing side of the streams' file, in a thread of its own. */
export interface Writer {
  write(ask: WriteAsk): Promise<Written>;
  /** Removes a portion of what is too old or too much; true when there is more. */
  remove(keep: { oldest: number; mostBytes: number }): Promise<boolean>;
  stop(): Promise<void>;
}

/** Requests that wait at most; more are answered with 503, as OpenObserve does when it is short of memory. */
const mostWaiting = 200;

/** Starts the thread and waits until the file is open; throws Error when it cannot be opened. */
export async function startWriter(path: string): Promise<Writer> {
  // tsc does not rewrite this name: .ts when run from source, .js in the package.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const thread = new Worker(new URL(`./write-thread.${extension}`, import.meta.url), {
    workerData: { path },
    name: "streams",
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const gone = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
  let last = 0;
  let stopped: Promise<void> | undefined;
  let dead: Error | undefined;

  const answerTo = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const ask = (message: ToWriter): Promise<unknown> => {
    if (dead !== undefined) return Promise.reject(dead);
    const answer = answerTo(message.id);
    thread.postMessage(message);
    return answer;
  };
  thread.on("message", (answer: FromWriter) => {
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("failure" in answer)
      waiter?.reject(new OpenObserveError(500, `the streams could not be written: ${answer.failure}`));
    else waiter?.resolve(answer.result);
  });
  const end = (error: Error) => {
    dead ??= error;
    for (const waiter of waiting.values()) waiter.reject(error);
    waiting.clear();
  };
  thread.once("error", (error) => end(error instanceof Error ? error : new Error(String(error))));
  thread.once("exit", () => end(new OpenObserveError(503, "the streams are closed")));
  await answerTo(0);

  const next = () => ++last;
  return {
    async write(records) {
      if (stopped !== undefined || waiting.size >= mostWaiting)
        throw new OpenObserveError(503, "too many requests to write wait; send again later");
      return (await ask({ kind: "write", id: next(), ask: records })) as Written;
    },
    remove: async (keep) =>
      stopped === undefined && ((await ask({ kind: "remove", id: next(), keep })) as boolean),
    stop() {
      stopped ??= ask({ kind: "close", id: next() }).then(
        () => gone,
        () => gone,
      );
      return stopped;
    },
  };
}
