import type { Json, JsonObject } from "../../core/json.ts";
import type { Instant } from "../../core/time.ts";

/** A record as it is stored: flat, and its event time. */
export interface ReadRecord {
  readonly at: Instant;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

const deepest = 16;
const mostFields = 300;

/**
 * A record as OpenObserve keeps it: nested objects flattened with `_`, keys in lower case with `_` for what is no
 * letter or digit, arrays as their JSON text, nulls and empty objects and arrays left out. `_timestamp` is the
 * event time, `arrival` (µs) when absent. Answers a sentence for what cannot be stored.
 */
export function readRecord(record: Json | undefined, arrival: Instant): ReadRecord | string {
  if (typeof record !== "object" || record === null || Array.isArray(record))
    return "a record must be a JSON object";
  const { _timestamp: written, ...rest } = record as JsonObject;
  const at = written === undefined || written === null ? arrival : readTimestamp(written, arrival);
  if (at === undefined)
    return "_timestamp is neither a number of s, ms, µs or ns since 1970 nor an ISO 8601 text";
  const fields: Record<string, string | number | boolean> = Object.create(null);
  if (!flatten(rest, "", 0, fields)) return `objects nest at most ${deepest} deep`;
  if (Object.keys(fields).length > mostFields) return `a record has at most ${mostFields} fields`;
  return { at, fields };
}

/** False when it is too deep. A later key of the same flattened name wins. */
function flatten(object: JsonObject, prefix: string, depth: number, into: Record<string, unknown>): boolean {
  if (depth > deepest) return false;
  for (const [key, value] of Object.entries(object)) {
    const name = prefix + fieldName(key);
    if (value === null) continue;
    if (Array.isArray(value)) {
      if (value.length > 0) into[name] = JSON.stringify(value);
    } else if (typeof value === "object") {
      if (!flatten(value as JsonObject, `${name}_`, depth + 1, into)) return false;
    } else into[name] = value;
  }
  return true;
}

const fieldName = (key: string): string =>
  key
    .slice(0, 256)
    .toLowerCase()
    .replaceAll(/[^\p{Ll}\p{Lo}\p{N}_]/gu, "_");

/** 1971-01-01: a number is in the finest unit in which it lies after that day. OpenObserve tells units apart by it. */
const yearSeconds = 31_536_000;

/** Microseconds of a number or a text; 0 means now; undefined when it is neither. */
export function readTimestamp(value: Json, now: Instant): Instant | undefined {
  if (typeof value === "number") return fromNumber(value, now);
  if (typeof value !== "string") return undefined;
  if (/^\d{1,19}(\.\d+)?$/.test(value)) return fromNumber(Number(value), now);
  return fromText(value);
}

function fromNumber(value: number, now: Instant): Instant | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  if (value === 0) return now;
  if (value > yearSeconds * 1e9) return Math.floor(value / 1000);
  if (value > yearSeconds * 1e6) return Math.floor(value);
  return Math.floor(value > yearSeconds * 1e3 ? value * 1000 : value * 1e6);
}

const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/;

/** ISO 8601 with a date and a time, UTC when it names no zone; to the microsecond. */
function fromText(text: string): Instant | undefined {
  const match = iso.exec(text);
  if (match === null) return undefined;
  const [, date, time, fraction = "", zone = "Z"] = match;
  const ms = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(ms) ? undefined : ms * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}
