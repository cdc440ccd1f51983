import { canonicalJson, type Json } from "../../json.ts";
import { invisibleCharacters } from "../../unseen-characters.ts";
import { isSecretReference } from "../diff-fields.ts";
import { hidden } from "../hide-values.ts";
import type { FieldChange, Operation } from "../plan.ts";

/**
 * Text of others as one visible line: control characters (terminal escapes among them), marks that turn
 * the reading direction, invisible and lone surrogate characters become `\u{...}`.
 */
export const printable = (text: string): string =>
  text.replace(invisibleCharacters, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });

/** A field's value as it is shown: JSON, `secret NAME` for a reference, `none` for none. */
function printableValue(value: Json | undefined, none: string): string {
  if (value === undefined) return none;
  if (value === hidden) return hidden;
  if (isSecretReference(value)) return `secret ${printable(value.secret)}`;
  return printable(canonicalJson(value));
}

/** The fields worth showing: of a new item not its name, which the line above says. */
export const shownFields = ({ before, fields }: Operation): readonly FieldChange[] =>
  before === undefined ? fields.filter(({ path }) => path !== "name") : fields;

/** Longest value shown whole. */
const widest = 160;
/** Characters kept before the first difference of two long values. */
const lead = 40;

/** Both values of a change, long ones cut around the place where they begin to differ. */
export function printableChange(
  before: Json | undefined,
  after: Json | undefined,
  none = "(default)",
): readonly [before: string, after: string] {
  const [old, now] = [printableValue(before, none), printableValue(after, none)];
  if (old.length <= widest && now.length <= widest) return [old, now];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same++;
  return [cut(old, same), cut(now, same)];
}

function cut(text: string, differsAt: number): string {
  if (text.length <= widest) return text;
  const start = Math.max(0, Math.min(differsAt - lead, text.length - widest));
  const end = start + widest;
  const tail = end < text.length ? `... (${text.length} characters)` : "";
  return `${start > 0 ? "..." : ""}${text.slice(start, end)}${tail}`.toWellFormed();
}
