import type { JsonObject } from "../../core/json.ts";
import { StoreError } from "../store-error.ts";

/** A failure in the form that crosses from the store's thread: no SQL, no values. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly detail: JsonObject | undefined;
  /** Stack frames without the message, for our bugs only. */
  readonly frames: string | undefined;
}

/** SQLite's primary result codes that are the machine's fault, not ours. */
const unavailable = new Map([
  [5, "the database file is locked by another program"],
  [8, "the database file cannot be written"],
  [10, "reading or writing the database file failed"],
  [11, "the database file is damaged"],
  [13, "the disk is full"],
  [14, "the database file cannot be opened"],
  [26, "the file is not a database"],
]);
const constraint = 19;

/** What may be told of an error that a verb threw. Messages of SQLite name columns, JSON's quote values: neither crosses. */
export function describeFailure(error: unknown, verb: string): Failure {
  if (error instanceof StoreError) {
    return { code: error.code, message: error.message, detail: error.detail, frames: undefined };
  }
  const primary = primaryCode(error);
  if (primary !== undefined && unavailable.has(primary)) {
    const message = `The store could not carry out ${verb}: ${unavailable.get(primary)}.`;
    return { code: "UNAVAILABLE", message, detail: undefined, frames: undefined };
  }
  const code = primary === constraint ? "CONSTRAINT" : "INTERNAL";
  const kind = error instanceof Error ? error.name : typeof error;
  const message =
    code === "CONSTRAINT"
      ? `The store refused ${verb}: it contradicts what is stored.`
      : `The store failed in ${verb} (${kind}). This is a bug; please report it.`;
  return { code, message, detail: undefined, frames: framesOf(error) };
}

function primaryCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

function framesOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  return error.stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .join("\n");
}
