import { parentPort, workerData } from "node:worker_threads";
import { openStreams } from "./open-streams.ts";
import { removeRecords } from "./remove-records.ts";
import { createWriteRecords, type WriteAsk } from "./write-records.ts";

/* The thread that writes: a slow disk blocks it, not the server. Messages are answered in order. */

export type ToWriter =
  | { readonly kind: "write"; readonly id: number; readonly ask: WriteAsk }
  | { readonly kind: "remove"; readonly id: number; readonly keep: { oldest: number; mostBytes: number } }
  | { readonly kind: "close"; readonly id: number };
export type FromWriter =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string };

const port = parentPort;
if (port === null) throw new Error("the writer of streams must be started as a thread");
const database = openStreams((workerData as { path: string }).path);
const writeRecords = createWriteRecords(database);
port.postMessage({ id: 0, result: undefined } satisfies FromWriter);

port.on("message", (message: ToWriter) => {
  try {
    port.postMessage({ id: message.id, result: perform(message) } satisfies FromWriter);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    port.postMessage({ id: message.id, failure } satisfies FromWriter);
  }
  if (message.kind === "close") port.close();
});

function perform(message: ToWriter): unknown {
  if (message.kind === "write") return writeRecords(message.ask);
  if (message.kind === "remove") return removeRecords(database, message.keep);
  return database.close();
}
