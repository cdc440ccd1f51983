import type { Store } from "../store.ts";
import { storeOver } from "../store.ts";
import { StoreError } from "../store-error.ts";

/**
 * A store that is gone with the process, on the calling thread: for `run --local`, where nothing needs to
 * survive. The same verbs and schema as on disk, so that nothing behaves otherwise here. What it needs is
 * loaded on the first call of this function.
 */
export async function memoryStore(): Promise<Store> {
  const [{ DatabaseSync }, { Kysely }, { nodeSqlite }, { runBatch }, { migrate }, { migrations }, { verbs }] =
    await Promise.all([
      import("node:sqlite"),
      import("kysely"),
      import("../sqlite/dialect.ts"),
      import("../sqlite/run-batch.ts"),
      import("../migrations/migrate.ts"),
      import("../migrations/migrations.ts"),
      import("../verbs/verbs.ts"),
    ]);
  const database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: true });
  migrate(database, migrations, 0);
  const db = new Kysely<never>({ dialect: nodeSqlite(database) }) as never;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const call = (verb: string, args: unknown): Promise<unknown> => {
    if (closed) return Promise.reject(new StoreError("CLOSED", "The store is closed."));
    // One after the other, and copied as between threads: the caller may go on changing its values.
    const copy = structuredClone(args);
    const turn = last.then(async () => {
      const [answer] = await runBatch(database, db, verbs, [{ id: 0, verb, args: copy }]);
      if (answer === undefined || "result" in answer) return answer?.result;
      throw new StoreError(answer.failure.code, answer.failure.message, answer.failure.detail);
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  return storeOver(call, async () => {
    closed = true;
    await last;
    if (database.isOpen) database.close();
  });
}
