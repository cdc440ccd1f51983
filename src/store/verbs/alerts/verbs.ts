import { entries } from "./entries.ts";
import { foresee } from "./foresee.ts";
import { forget } from "./forget.ts";
import { heard } from "./heard.ts";
import { linked } from "./linked.ts";
import { nameOfEntry } from "./name-of-entry.ts";
import { names } from "./names.ts";
import { overflow } from "./overflow.ts";
import { take } from "./take.ts";

/** The verbs of alerts by name. */
export const alertVerbs = {
  linked,
  foresee,
  take,
  names,
  heard,
  entries,
  nameOfEntry,
  overflow,
  forget,
} as const;
