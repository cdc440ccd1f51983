import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { migrate } from "../../src/store/migrations/migrate.ts";
import { migrations } from "../../src/store/migrations/migrations.ts";
import { nodeSqlite } from "../../src/store/sqlite/dialect.ts";
import { runBatch } from "../../src/store/sqlite/run-batch.ts";
import { type Store, storeOver } from "../../src/store/store.ts";
import { verbs } from "../../src/store/verbs/verbs.ts";

/** The store on a real file, without its thread and without waiting for the disk: for tests with many of them. */
export function storeOnThisThread(path: string): Store {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  migrate(database, migrations, 0);
  const db = new Kysely<never>({ dialect: nodeSqlite(database) }) as never;
  let last: Promise<unknown> = Promise.resolve();
  const call = (verb: string, args: unknown): Promise<unknown> => {
    const turn = last.then(async () => {
      const [answer] = await runBatch(database, db, verbs, [{ id: 0, verb, args: structuredClone(args) }]);
      if (answer === undefined || "result" in answer) return answer?.result;
      throw new Error(answer.failure.message);
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  return storeOver(call, async () => {
    await last;
    database.close();
  });
}
