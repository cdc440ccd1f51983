import type { Json } from "../../core/json.ts";
import { isDeeperThan } from "../../core/wire/json-depth.ts";
import { atPointer } from "./json-pointer.ts";

/** Lists and objects within one another, beyond which a body counts as a text: others would have to recurse. */
const deepest = 100;

export interface ParsedJson {
  at(pointer: string): Json | undefined;
}

/** A text as JSON; undefined: it is none. */
export function parseJson(text: string | undefined): ParsedJson | undefined {
  if (text === undefined || isDeeperThan(Buffer.from(text), deepest)) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return { at: (pointer) => atPointer(value, pointer) };
  } catch {
    return undefined;
  }
}
