import type { DatabaseSync } from "node:sqlite";
import type { Kysely } from "kysely";
import type { Database } from "../tables/database.ts";
import { describeFailure, type Failure } from "./describe-failure.ts";

export type Verb = (db: Kysely<Database>, args: never) => Promise<unknown>;
export type VerbTable = Readonly<Record<string, Readonly<Record<string, Verb>>>>;

export interface Call {
  readonly id: number;
  /** "area.verb". */
  readonly verb: string;
  readonly args: unknown;
}
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

/**
 * Carries out calls in one transaction, a savepoint for each: one that fails is rolled back alone.
 * Answers are true only once this returns: the transaction is then on disk.
 * Measured: 14,600 three-statement verbs a second in batches, 4,700 with a commit for each.
 */
export async function runBatch(
  database: DatabaseSync,
  db: Kysely<Database>,
  verbs: VerbTable,
  calls: readonly Call[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  try {
    // A deferred transaction that starts to write later fails at once with SQLITE_BUSY_SNAPSHOT.
    database.exec("BEGIN IMMEDIATE");
    for (const call of calls) answers.push(await runVerb(database, db, verbs, call));
    database.exec("COMMIT");
    return answers;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    return calls.map((call) => ({ id: call.id, failure: describeFailure(error, call.verb) }));
  }
}

async function runVerb(
  database: DatabaseSync,
  db: Kysely<Database>,
  verbs: VerbTable,
  call: Call,
): Promise<Answer> {
  database.exec("SAVEPOINT verb");
  try {
    const result = await find(verbs, call.verb)(db, call.args as never);
    database.exec("RELEASE verb");
    return { id: call.id, result };
  } catch (error) {
    // A full disk makes SQLite drop the whole transaction: then no answer of this batch is true.
    if (!database.isTransaction) throw error;
    database.exec("ROLLBACK TO verb; RELEASE verb");
    return { id: call.id, failure: describeFailure(error, call.verb) };
  }
}

function find(verbs: VerbTable, name: string): Verb {
  const [area = "", verb = ""] = name.split(".");
  const found = own(own(verbs, area) ?? {}, verb);
  if (found === undefined) throw new TypeError("no such verb");
  return found;
}

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
