import type { Json, JsonObject } from "../../core/json.ts";

/** What stands at a JSON pointer (RFC 6901) of a value; undefined: nothing does. */
export function atPointer(value: Json, pointer: string): Json | undefined {
  let at: Json | undefined = value;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (at === null || typeof at !== "object") return undefined;
    if (Array.isArray(at)) at = /^(0|[1-9]\d*)$/.test(key) ? (at as readonly Json[])[Number(key)] : undefined;
    else at = Object.hasOwn(at, key) ? (at as JsonObject)[key] : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}
