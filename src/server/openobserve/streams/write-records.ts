import type { DatabaseSync } from "node:sqlite";
import type { Json } from "../../../core/json.ts";
import type { Instant } from "../../../core/time.ts";
import { type ReadRecord, readRecord } from "../read-record.ts";

/** Records for one stream, and when they came. */
export interface WriteAsk {
  readonly organization: string;
  readonly stream: string;
  readonly records: readonly Json[];
  readonly now: Instant;
  /** Event times earlier than this are refused: they would be removed at once. */
  readonly oldest: Instant;
}
export interface Written {
  readonly successful: number;
  readonly failed: number;
  /** Why the first that failed did. */
  readonly error: string | undefined;
}

const largestRecord = 1_048_576;
const mostColumns = 500;
const dayAhead = 86_400_000_000;

/** Makes the function that writes records, one transaction a call; it remembers the keys that each stream has. */
export function createWriteRecords(database: DatabaseSync): (ask: WriteAsk) => Written {
  const insert = database.prepare(
    "INSERT INTO record (organization, stream, at, bytes, json) VALUES (?, ?, ?, ?, ?)",
  );
  const columns = createColumns(database);
  return (ask) => {
    let failed = 0;
    let error: string | undefined;
    database.exec("BEGIN IMMEDIATE");
    try {
      for (const [index, record] of ask.records.entries()) {
        const problem = write(record, index, ask);
        if (problem === undefined) continue;
        failed += 1;
        error ??= problem;
      }
      database.exec("COMMIT");
    } catch (cause) {
      database.exec("ROLLBACK");
      columns.forget(ask);
      throw cause;
    }
    return { successful: ask.records.length - failed, failed, error };
  };

  function write(record: Json, index: number, ask: WriteAsk): string | undefined {
    // A microsecond apart, so that records of one request keep their order.
    const read = readRecord(record, ask.now + index);
    if (typeof read === "string") return read;
    if (read.at < ask.oldest) return "_timestamp is older than what is kept";
    if (read.at > ask.now + dayAhead) return "_timestamp is more than a day ahead";
    const json = JSON.stringify(read.fields);
    const bytes = Buffer.byteLength(json);
    if (bytes > largestRecord) return `a record has at most ${largestRecord} bytes`;
    if (!columns.add(ask, read.fields)) return `a stream has at most ${mostColumns} fields`;
    insert.run(ask.organization, ask.stream, read.at, bytes, json);
    return undefined;
  }
}

type Place = Pick<WriteAsk, "organization" | "stream">;

/** The keys of streams and whether all their values were true or false. */
function createColumns(database: DatabaseSync) {
  const select = database.prepare("SELECT name, boolean FROM field WHERE organization = ? AND stream = ?");
  const upsert = database.prepare(
    "INSERT INTO field (organization, stream, name, boolean) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET boolean = excluded.boolean",
  );
  const known = new Map<string, Map<string, boolean>>();
  const keyOf = ({ organization, stream }: Place): string => `${organization}/${stream}`;
  const fieldsOf = (place: Place): Map<string, boolean> => {
    const found = known.get(keyOf(place));
    if (found !== undefined) return found;
    const rows = select.all(place.organization, place.stream);
    const fields = new Map(rows.map(({ name, boolean }) => [String(name), boolean === 1]));
    if (known.size >= 1000) known.clear();
    known.set(keyOf(place), fields);
    return fields;
  };
  return {
    /** Adds what is new; false when the stream would have too many. */
    add(place: Place, record: ReadRecord["fields"]): boolean {
      const fields = fieldsOf(place);
      const names = Object.keys(record);
      if (fields.size + names.filter((name) => !fields.has(name)).length > mostColumns) return false;
      for (const name of names) {
        const boolean = typeof record[name] === "boolean" && fields.get(name) !== false;
        if (fields.get(name) === boolean) continue;
        fields.set(name, boolean);
        upsert.run(place.organization, place.stream, name, boolean ? 1 : 0);
      }
      return true;
    },
    forget: (place: Place) => known.delete(keyOf(place)),
  };
}
