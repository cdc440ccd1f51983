import type { Instant } from "../time.ts";
import { type Checked, checkAction } from "./check-action.ts";
import { fileRules } from "./rules/rules.ts";
import { notInThePast } from "./rules/schedule-rules.ts";
import type { Locator } from "./source/locate.ts";
import { readYaml } from "./source/read-yaml.ts";

export interface ParsedAction extends Checked {
  /** Text of the file, where it is text. */
  readonly text: string | undefined;
  /** Points at what is written, for problems that are found later; undefined where the file could not be read. */
  readonly locator: Locator | undefined;
}

/**
 * Reads an `action.yaml`. Never throws, whatever the bytes: what is wrong is in `issues`, with its place.
 * `file`: its path for messages; `name`: the folder's name; `overlay`: lays an environment's changes over what is
 * written, and says which file a value came from; `now`: warns of an `at` that has passed.
 */
export function parseAction(source: {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly name: string;
  readonly now?: Instant;
  readonly overlay?: (value: unknown, locator: Locator, name: string) => { value: unknown; locator: Locator };
}): ParsedAction {
  const read = readYaml(source.bytes, source.file);
  if (read.locator === undefined)
    return { action: undefined, type: undefined, issues: read.issues, text: read.text, locator: undefined };
  const laid = source.overlay?.(read.value, read.locator, source.name) ?? {
    value: read.value,
    locator: read.locator,
  };
  const rules = source.now === undefined ? fileRules : [...fileRules, notInThePast(source.now)];
  const checked = checkAction(laid.value, source.name, laid.locator, rules);
  return { ...checked, issues: [...read.issues, ...checked.issues], text: read.text, locator: laid.locator };
}
