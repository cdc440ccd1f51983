import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Kysely } from "kysely";
import { migrate } from "./migrations/migrate.ts";
import { migrations } from "./migrations/migrations.ts";
import { describeFailure } from "./sqlite/describe-failure.ts";
import { nodeSqlite } from "./sqlite/dialect.ts";
import { type OpenDatabase, openDatabase } from "./sqlite/open-database.ts";
import { type Call, runBatch } from "./sqlite/run-batch.ts";
import type { FromWorker, ToWorker, WorkerData } from "./sqlite/worker-messages.ts";
import type { Database } from "./tables/database.ts";
import { verbs } from "./verbs/verbs.ts";

/* The store's thread: takes calls and answers them after their commit. */

/** Bounds how long the first call of a batch waits for the last. */
const batchSize = 256;

if (parentPort === null) throw new Error("the store's worker must be started as a worker thread");
const { path, now } = workerData as WorkerData;
serve(parentPort, path, now);

function serve(port: MessagePort, path: string, now: number): void {
  const tell = (message: FromWorker) => port.postMessage(message);
  let opened: OpenDatabase | undefined;
  try {
    opened = openDatabase(path);
    migrate(opened.database, migrations, now);
  } catch (error) {
    opened?.close();
    tell({ kind: "refused", failure: describeFailure(error, "opening the store") });
    port.close();
    return;
  }
  answerCalls(port, opened, tell);
  tell({ kind: "ready" });
}

function answerCalls(port: MessagePort, opened: OpenDatabase, tell: (message: FromWorker) => void): void {
  const db = new Kysely<Database>({ dialect: nodeSqlite(opened.database) });
  const waiting: Call[] = [];
  let busy = false;
  let closing = false;
  const take = (message: ToWorker) => {
    if (message.kind === "close") closing = true;
    else waiting.push(message.call);
  };
  /** Whatever has arrived meanwhile joins the batch: the busier, the fewer commits per call. */
  const drain = () => {
    while (waiting.length < batchSize) {
      const arrived = receiveMessageOnPort(port) as { message: ToWorker } | undefined;
      if (arrived === undefined) return;
      take(arrived.message);
    }
  };
  const work = async () => {
    busy = true;
    for (drain(); waiting.length > 0; drain()) {
      const calls = waiting.splice(0, batchSize);
      tell({ kind: "answers", answers: await runBatch(opened.database, db, verbs, calls) });
    }
    busy = false;
    if (!closing) return;
    opened.close();
    port.close();
  };
  port.on("message", (message: ToWorker) => {
    take(message);
    if (!busy) void work();
  });
}
