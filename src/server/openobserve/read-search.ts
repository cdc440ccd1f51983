import type { Json, JsonObject } from "../../core/json.ts";
import { OpenObserveError } from "./port.ts";

/** The SQL of a request in clear, the action it names, and the body without it. */
export interface ReadRequest {
  readonly sql: string;
  readonly actionId: string | undefined;
  readonly body: JsonObject;
}

/** Reads the body of `_search`. Throws OpenObserveError 400 for what is no search. */
export function readRequest(body: JsonObject): ReadRequest {
  const { query } = body;
  if (!isObject(query) || typeof query.sql !== "string") throw bad("query.sql is missing");
  const { action_id: actionId, ...rest } = query;
  if (actionId !== undefined && actionId !== null && typeof actionId !== "string")
    throw bad("query.action_id must be a text");
  const { encoding, ...others } = body;
  if (encoding !== undefined && encoding !== "" && encoding !== "base64")
    throw bad('encoding can be "base64"');
  const sql = encoding === "base64" ? fromBase64(query.sql) : query.sql;
  // The SQL goes on in clear; a function goes on as it came, which OpenObserve reads as base64 in either case.
  return { sql, actionId: actionId || undefined, body: { ...others, query: { ...rest, sql } } };
}

/** What the stand-in reads of a request. Times are microseconds; `end` is exclusive. */
export interface SearchQuery {
  readonly sql: string;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly size: number;
  readonly countAll: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

const searchLimits = {
  defaultSize: 100,
  largestSize: 10_000,
  furthestFrom: 1_000_000,
  timeout: 10_000,
} as const;

/** Reads the query for the stand-in, with defaults: all times, the first 100 hits. Throws OpenObserveError 400. */
export function readQuery(body: JsonObject): SearchQuery {
  const query = body.query as JsonObject;
  if (typeof query.query_fn === "string" && query.query_fn !== "")
    throw bad("functions (query_fn) are not available without a real OpenObserve");
  const start = whole(query, "start_time", 0);
  const end = whole(query, "end_time", 0);
  if (end !== 0 && end < start) throw bad("query.end_time is before query.start_time");
  const size = whole(query, "size", searchLimits.defaultSize);
  const timeout = whole(body, "timeout", 0) * 1000;
  return {
    sql: query.sql as string,
    start,
    end: end === 0 ? Number.MAX_SAFE_INTEGER : end,
    from: Math.min(Math.max(whole(query, "from", 0), 0), searchLimits.furthestFrom),
    size: size < 0 ? searchLimits.largestSize : Math.min(size, searchLimits.largestSize),
    countAll: query.track_total_hits === true,
    timeout: timeout > 0 ? Math.min(timeout, searchLimits.timeout) : searchLimits.timeout,
  };
}

const bad = (message: string): OpenObserveError => new OpenObserveError(400, message);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function whole(holder: JsonObject, key: string, otherwise: number): number {
  const value = holder[key];
  if (value === undefined || value === null) return otherwise;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw bad(`${key} must be a whole number`);
}

function fromBase64(text: string): string {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw bad("query.sql is not base64");
  return Buffer.from(text, "base64").toString("utf8");
}
