import { stripVTControlCharacters } from "node:util";
import { neutralise } from "./neutralise.ts";

export interface Cell {
  readonly text: string;
  /** Colours the text after it was measured. */
  readonly paint?: (text: string) => string;
}

/**
 * Lines of aligned columns under upper-case headings, two spaces between them, nothing cut: an id that a
 * person has to copy is always whole. Texts are neutralised here, before they are coloured.
 */
export function table(headings: readonly string[], rows: readonly (readonly (Cell | string)[])[]): string[] {
  const cells = rows.map((row) =>
    row.map((cell) => {
      const { text, paint } = typeof cell === "string" ? { text: cell, paint: undefined } : cell;
      return { text: neutralise(text), paint };
    }),
  );
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => width(row[column]?.text ?? ""))),
  );
  const line = (texts: readonly { text: string; paint: Cell["paint"] }[]) =>
    texts
      .map(({ text, paint }, column) => {
        const gap = column === texts.length - 1 ? "" : " ".repeat(widths[column]! - width(text) + 2);
        return `${paint ? paint(text) : text}${gap}`;
      })
      .join("")
      .trimEnd();
  return [line(headings.map((text) => ({ text, paint: undefined }))), ...cells.map(line)];
}

const width = (text: string): number => [...stripVTControlCharacters(text)].length;
