/*
 * The store: state in one SQLite file, worked on by a thread of its own.
 *
 * A call is a verb: `store.call("runs.find", {...})`, or `store.registry.find({...})`. One call is one
 * transaction, answered once it is on disk; a verb that throws is rolled back alone. Verbs get the time as an
 * argument, await nothing but their database, take and answer values that can be cloned between threads.
 *
 * To add a verb: write `verbs/<area>/<verb>.ts` with `export async function verb(db: Kysely<Database>, args)`,
 * and name it in `verbs/<area>/verbs.ts`. What a user did wrong is a `StoreError` with a code of its own.
 *
 * To add a migration: write `migrations/NNNN-name.ts` with SQL as text, name it in `migrations/migrations.ts`,
 * and describe its tables in `tables/<area>.ts`. One that was released is never edited: its checksum is
 * recorded, and a program refuses a file whose steps it does not know.
 */
export { fileBlobs } from "./files/blobs.ts";
export { bundleFolders } from "./files/bundle-folders.ts";
export { fileRunBlobs } from "./files/run-blobs.ts";
export { fileRunLog } from "./files/run-log.ts";
export { memoryStore } from "./memory/memory-store.ts";
export { openStore } from "./open-store.ts";
export type { Store } from "./store.ts";
export { StoreError } from "./store-error.ts";
