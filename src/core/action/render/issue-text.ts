import { drivingCharacters } from "../../unseen-characters.ts";
import type { Issue } from "../issue.ts";

/** Longest part of a source line that is shown. */
const widest = 160;

/**
 * One issue as people read it:
 *
 *     actions/greet/action.yaml:7:1  UNKNOWN_KEY  unknown key "tiemout"
 *         7 | tiemout: 5m
 *           | ^^^^^^^
 *           did you mean "timeout"?
 */
export function issueText(issue: Issue): string {
  const { file, line, column, code, severity, message, source, hint } = issue;
  const place = `${shown(file)}:${line}:${column}`;
  const lines = [`${place}  ${code}  ${severity === "warning" ? "warning: " : ""}${shown(message)}`];
  const margin = " ".repeat(String(line).length + 4);
  if (source !== undefined) lines.push(...excerpt(issue, source, margin));
  if (hint !== undefined) lines.push(`${margin}   ${shown(hint)}`);
  return lines.join("\n");
}

/** The source line and a caret under the marked part; of a long line, the part around it. */
function excerpt({ line, column, endColumn }: Issue, source: string, margin: string): string[] {
  const start = Math.max(0, Math.min(column - 1, source.length));
  const from = source.length <= widest ? 0 : Math.max(0, start - widest / 2);
  const part = source.slice(from, from + widest);
  const length = Math.max(1, Math.min((endColumn ?? column + 1) - column, from + part.length - start));
  const before = cells(source.slice(from, start));
  return [
    `    ${line} | ${from > 0 ? "…" : ""}${shown(part)}`,
    `${margin} | ${" ".repeat(before + (from > 0 ? 1 : 0))}${"^".repeat(Math.max(1, cells(source.slice(start, start + length))))}`,
  ];
}

/** Columns that a terminal gives a text: wide characters of East Asia and emoji take two, combining marks none. */
const cells = (text: string): number =>
  [...shown(text)].reduce((sum, character) => {
    if (/\p{M}|\u200d|\ufe0f/u.test(character)) return sum;
    return (
      sum +
      (/\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        character,
      )
        ? 2
        : 1)
    );
  }, 0);

/** No text of a file may drive the terminal: control characters are shown as a replacement, a tab as one space. */
const shown = (text: string): string => text.replaceAll("\t", " ").replace(drivingCharacters, "\ufffd");
