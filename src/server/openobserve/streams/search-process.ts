import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { type RunSearchAnswer, type RunSearchAsk, runSearch } from "./run-search.ts";
import { addSearchFunctions } from "./search-functions.ts";

/*
 * The program that searches, one query at a time, started by searcher.ts as a process of its own: a thread cannot
 * be ended inside a query (measured: `terminate()` on `SELECT count(*)` over a cross join waits for its end).
 */

/**
 * Resident memory beyond which the process ends itself. Node's SQLite is built without memory statistics, so its
 * own heap limit does nothing; one value has at most `valueBytes`.
 */
const residentBytes = 512 * 1_048_576;
const valueBytes = 16 * 1_048_576;

const [path, parent] = process.argv.slice(2);
if (path === undefined || parent === undefined || process.send === undefined)
  throw new Error("the search process is started by the server");
watch(Number(parent));

const database = new DatabaseSync(path, {
  readOnly: true,
  timeout: 2000,
  // From Node 26 on; an older one is held by the memory of the process alone.
  limits: { length: valueBytes, likePatternLength: 1000, exprDepth: 100, compoundSelect: 50 },
});
// Older versions of Node 24 have no authorizer; without one nothing is searched.
if (typeof database.setAuthorizer !== "function") {
  process.send({ ok: false, problem: "log search needs Node 24.10 or newer" } satisfies RunSearchAnswer);
  process.exit(1);
}
database.exec("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;");
addSearchFunctions(database);

process.on("message", (ask: RunSearchAsk) => process.send?.(runSearch(database, ask)));
process.once("disconnect", () => process.exit());

/**
 * Ends this process when its parent is gone or its memory is too large, even from within a query: a thread looks
 * ten times a second.
 */
function watch(parentId: number): void {
  const program = `setInterval(() => {
    if (process.ppid !== ${parentId} || process.memoryUsage.rss() > ${residentBytes}) process.kill(process.pid, "SIGKILL");
  }, 100)`;
  new Worker(program, { eval: true, name: "watch" }).unref();
}
