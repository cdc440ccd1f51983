import { Worker } from "node:worker_threads";
import type { Failure } from "./sqlite/describe-failure.ts";
import type { Answer } from "./sqlite/run-batch.ts";
import type { FromWorker, ToWorker, WorkerData } from "./sqlite/worker-messages.ts";
import { type Store, storeOver } from "./store.ts";
import { StoreError } from "./store-error.ts";

/**
 * Opens (and creates or migrates) the database at `path`, in a thread of its own.
 * @throws StoreError `IN_USE`, `NEWER_SCHEMA`, `CHANGED_MIGRATION`, `UNAVAILABLE`.
 */
export async function openStore({ path }: { path: string }): Promise<Store> {
  // tsc does not rewrite this name: .ts when run from source, .js in the package.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const workerData: WorkerData = { path, now: Date.now() };
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), { workerData, name: "store" });
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let ended: StoreError | undefined;
  let sent = 0;

  const end = (error: StoreError) => {
    ended ??= error;
    for (const call of pending.values()) call.reject(ended);
    pending.clear();
  };
  const settle = (answer: Answer) => {
    const call = pending.get(answer.id);
    pending.delete(answer.id);
    if ("result" in answer) call?.resolve(answer.result);
    else call?.reject(errorOf(answer.failure));
  };
  const post = (message: ToWorker) => worker.postMessage(message);

  await new Promise<void>((resolve, reject) => {
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "answers") for (const answer of message.answers) settle(answer);
      else if (message.kind === "ready") resolve();
      else reject(errorOf(message.failure));
    });
    worker.once("error", (error) => {
      const message = `The store's thread stopped (${error instanceof Error ? error.name : "unknown"}). This is a bug; please report it.`;
      end(new StoreError("INTERNAL", message));
      reject(ended);
    });
  });
  worker.once("exit", () => end(new StoreError("CLOSED", "The store is closed.")));

  const call = (verb: string, args: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      sent += 1;
      post({ kind: "call", call: { id: sent, verb, args } });
      pending.set(sent, { resolve, reject });
    });
  return storeOver(call, () => {
    // Calls that were posted before are answered before the thread ends.
    if (ended === undefined) post({ kind: "close" });
    ended ??= new StoreError("CLOSED", "The store is closed.");
    return gone;
  });
}

function errorOf(failure: Failure): StoreError {
  const error = new StoreError(failure.code, failure.message, failure.detail);
  if (failure.frames !== undefined) error.stack = `${error.name}: ${error.message}\n${failure.frames}`;
  return error;
}
