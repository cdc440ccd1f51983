import { LineCounter } from "yaml";
import type { Position } from "../issue.ts";

/** A text with its line starts: offsets become positions. */
export class SourceText {
  readonly text: string;
  readonly #lines = new LineCounter();

  constructor(text: string) {
    this.text = text;
    this.#lines.addNewLine(0);
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1))
      this.#lines.addNewLine(at + 1);
  }

  /** The position of [start, end); what goes past the end of the line is cut there. */
  position(start: number, end: number): Position {
    const { line, col } = this.#lines.linePos(Math.min(start, this.text.length));
    const room = this.line(line).length + 1 - col;
    return { line, column: col, endColumn: col + Math.max(1, Math.min(end - start, room)) };
  }

  /** A whole line, counted from 1, without its end. */
  line(number: number): string {
    const starts = this.#lines.lineStarts;
    const end = starts[number] ?? this.text.length + 1;
    return this.text.slice(starts[number - 1], end - 1).replace(/\r$/, "");
  }
}
