import type { Json, JsonObject } from "../../json.ts";

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An own member of what may be an object. */
export const member = (value: Json | undefined, key: string): Json | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** The first of these members that is a text with something in it, or a number. */
export function firstText(value: Json | undefined, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const found = member(value, key);
    if (typeof found === "number") return String(found);
    if (typeof found === "string" && found.trim() !== "") return found.trim();
  }
  return undefined;
}
