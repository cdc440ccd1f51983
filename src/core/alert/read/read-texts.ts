import type { Json } from "../../json.ts";

/** Labels or annotations. */
export interface Texts {
  /** As they were sent: what tells one series from another. */
  readonly whole: Readonly<Record<string, string>>;
  /** As they are kept. */
  readonly bounded: Readonly<Record<string, string>>;
}

/** Entries of one alert, and characters of a name and of a value. */
const most = { entries: 128, name: 256, value: 4096 };

/**
 * Names and texts of an object. Numbers, true and false become texts; what has no short text (lists, objects, null)
 * is left out. Kept are the first 128 whose name has at most 256 characters, and of each text 4,096 characters.
 */
export function readTexts(value: Json | undefined): Texts {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const whole = Object.entries(isObject ? value : {}).flatMap(([name, item]): [string, string][] => {
    if (name === "" || (typeof item === "object" && item !== null) || item === null) return [];
    return [[name.toWellFormed(), String(item).toWellFormed()]];
  });
  const bounded = whole.filter(([name]) => name.length <= most.name).slice(0, most.entries);
  return {
    whole: Object.fromEntries(whole),
    bounded: Object.fromEntries(
      bounded.map(([name, text]) => [name, text.slice(0, most.value).toWellFormed()]),
    ),
  };
}
