import { type Kysely, sql } from "kysely";
import type { Database } from "../../tables/database.ts";

/**
 * What is deleted or replaced meanwhile is overwritten with zeros: a value that was taken away, or sealed with a key
 * that leaked, does not stay in a part of the file that is free. It costs writes, so the rest of the store does without.
 */
export async function erasing<T>(db: Kysely<Database>, work: () => Promise<T>): Promise<T> {
  await sql`PRAGMA secure_delete = ON`.execute(db);
  try {
    return await work();
  } finally {
    await sql`PRAGMA secure_delete = OFF`.execute(db);
  }
}
