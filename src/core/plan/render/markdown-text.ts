import { printable } from "./printable.ts";

/** Longer text is cut: one message must not push everything else out of a comment. */
const longest = 300;

/**
 * Text of others inside Markdown: a `<code>` element whose every character but letters, digits and
 * spaces is a numeric reference. GitHub reads no mention, issue number, link, table or emphasis there,
 * and nothing can close it.
 */
export function code(text: string): string {
  const shown = printable(text);
  const cut = shown.length > longest ? `${shown.slice(0, longest).toWellFormed()}...` : shown;
  return `<code>${cut.replace(/[^A-Za-z0-9 ]/gu, (character) => `&#${character.codePointAt(0)};`)}</code>`;
}

/** Lines in a fenced block whose fence is longer than any run of backticks within. */
export function fence(language: string, lines: readonly string[]): string {
  const body = lines.map(printable).join("\n");
  const run = Math.max(2, ...(body.match(/`+/g) ?? []).map(({ length }) => length));
  const mark = "`".repeat(run + 1);
  return `${mark}${language}\n${body}\n${mark}`;
}
