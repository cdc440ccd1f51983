import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { JsonObject } from "../../../core/json.ts";
import type { SearchQuery } from "../read-search.ts";
import { createSqlAuthorizer, type SqlAuthorizer } from "./sql-authorizer.ts";

export interface RunSearchAsk {
  readonly organization: string;
  readonly streams: readonly string[];
  readonly query: SearchQuery;
}
export type RunSearchAnswer =
  | {
      readonly ok: true;
      readonly hits: readonly JsonObject[];
      readonly columns: readonly string[];
      readonly total: number;
      readonly scanned: { readonly records: number; readonly bytes: number };
    }
  /** A sentence for whoever wrote the SQL. */
  | { readonly ok: false; readonly problem: string };

/** Hits of one answer, as JSON text. */
const largestAnswer = 32 * 1_048_576;

/** A problem of the search itself, not of the program. */
class SearchProblem extends Error {}

/**
 * Runs one search: a view per stream with a column for each key seen, limited to the time range, newest first;
 * then the SQL under an authorizer that sees nothing but those views.
 */
export function runSearch(database: DatabaseSync, ask: RunSearchAsk): RunSearchAnswer {
  const existing = ask.streams.filter((stream) => hasRecords(database, ask.organization, stream));
  const missing = ask.streams.find((stream) => !existing.includes(stream));
  if (missing !== undefined) return { ok: false, problem: `Search stream not found: ${missing}` };
  const authorizer = createSqlAuthorizer(new Set(existing));
  try {
    for (const stream of existing) database.exec(viewOf(database, stream, ask));
    const scanned = scan(database, existing, ask);
    const booleans = booleanFields(database, existing, ask.organization);
    database.setAuthorizer(authorizer.decide);
    return { ok: true, ...rows(database, ask.query, booleans), scanned };
  } catch (error) {
    return { ok: false, problem: problemOf(error, authorizer) };
  } finally {
    database.setAuthorizer(null);
    for (const stream of existing) database.exec(`DROP VIEW IF EXISTS temp.${name(stream)}`);
  }
}

function hasRecords(database: DatabaseSync, organization: string, stream: string): boolean {
  const row = database.prepare("SELECT 1 FROM main.record WHERE organization = ? AND stream = ? LIMIT 1");
  return row.get(organization, stream) !== undefined;
}

/** A name and a text as SQL writes them. Views cannot have parameters, so these are all that is ever written. */
const name = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function viewOf(database: DatabaseSync, stream: string, { organization, query }: RunSearchAsk): string {
  const rows = database.prepare(
    "SELECT name FROM main.field WHERE organization = ? AND stream = ? ORDER BY name",
  );
  const fields = rows.all(organization, stream).map((row) => String(row.name));
  const columns = fields.map((field) => `json ->> ${text(`$.${JSON.stringify(field)}`)} AS ${name(field)}`);
  return `CREATE TEMP VIEW ${name(stream)} AS SELECT ${["at AS _timestamp", ...columns].join(", ")} FROM main.record
    WHERE organization = ${text(organization)} AND stream = ${text(stream)}
    AND at >= ${query.start} AND at < ${query.end} ORDER BY at DESC`;
}

/** How many records lie in the time range, and their size; from the index alone. */
function scan(database: DatabaseSync, streams: readonly string[], { organization, query }: RunSearchAsk) {
  const statement = database.prepare(
    "SELECT count(*) AS records, coalesce(sum(bytes), 0) AS bytes FROM main.record WHERE organization = ? AND stream = ? AND at >= ? AND at < ?",
  );
  let [records, bytes] = [0, 0];
  for (const stream of streams) {
    const row = statement.get(organization, stream, query.start, query.end);
    records += Number(row?.records);
    bytes += Number(row?.bytes);
  }
  return { records, bytes };
}

/** Fields that are true or false in every record: SQLite hands them back as 1 and 0. */
function booleanFields(
  database: DatabaseSync,
  streams: readonly string[],
  organization: string,
): Set<string> {
  const statement = database.prepare(
    "SELECT name FROM main.field WHERE organization = ? AND stream = ? AND boolean = 1",
  );
  return new Set(
    streams.flatMap((stream) => statement.all(organization, stream).map((row) => String(row.name))),
  );
}

function rows(database: DatabaseSync, query: SearchQuery, booleans: ReadonlySet<string>) {
  const statement = database.prepare(query.sql);
  statement.setReadBigInts(true);
  const hits: JsonObject[] = [];
  let bytes = 0;
  let seen = 0;
  for (const row of statement.iterate()) {
    seen += 1;
    if (seen > query.from && hits.length < query.size) {
      const hit = toHit(row, booleans);
      bytes += JSON.stringify(hit).length;
      if (bytes > largestAnswer)
        throw new SearchProblem(`the hits have more than ${largestAnswer} bytes; ask for fewer`);
      hits.push(hit);
    } else if (hits.length >= query.size && !query.countAll) break;
  }
  const columns = statement.columns().map((column) => column.name);
  return { hits, columns, total: query.countAll ? seen : hits.length };
}

/** A row as a hit: nulls are left out, as OpenObserve does. */
function toHit(row: Record<string, unknown>, booleans: ReadonlySet<string>): JsonObject {
  const hit: [string, string | number | boolean][] = [];
  for (const [column, value] of Object.entries(row)) {
    if (value === null || value instanceof Uint8Array) continue;
    const plain = typeof value === "bigint" ? Number(value) : (value as SQLInputValue as string | number);
    hit.push([column, booleans.has(column) && (plain === 0 || plain === 1) ? plain === 1 : plain]);
  }
  return Object.fromEntries(hit);
}

function problemOf(error: unknown, authorizer: SqlAuthorizer): string {
  const refusal = authorizer.reason();
  if (refusal !== undefined) return `Search SQL not valid: ${refusal}`;
  if (error instanceof SearchProblem) return error.message;
  if (!(error instanceof Error)) return "Search SQL not valid";
  const table = /^no such table: (?:\w+\.)?(.*)$/s.exec(error.message)?.[1];
  return table === undefined
    ? `Search SQL not valid: ${error.message}`
    : `Search stream not found: ${table.slice(0, 100)}`;
}
