import type { JsonObject } from "../core/json.ts";

/**
 * What a store verb refuses, or why it could not be carried out. `code` is contract; the message is a
 * sentence for a person and never holds SQL or stored values. Verbs throw it for a user's mistake with a
 * code of their own; the store itself uses the codes `IN_USE`, `NEWER_SCHEMA`, `CHANGED_MIGRATION`,
 * `CLOSED`, `CONSTRAINT`, `UNAVAILABLE` (disk full, I/O) and `INTERNAL` (our bug).
 */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: string;
  readonly detail: JsonObject | undefined;

  constructor(code: string, message: string, detail?: JsonObject) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}
