/** One command of a page and what it shows as its output. */
export interface Shown {
  readonly command: string;
  readonly output: readonly string[];
  /** Line of the command in the page, from 1. */
  readonly line: number;
}

/** The commands of all fenced `console` blocks of a Markdown page, in order: lines that start with "$ ". */
export function consoleBlocks(page: string): readonly Shown[] {
  const shown: { command: string; output: string[]; line: number }[] = [];
  let inside = false;
  for (const [index, line] of page.split("\n").entries()) {
    if (/^```/.test(line)) inside = line === "```console";
    else if (inside && line.startsWith("$ "))
      shown.push({ command: line.slice(2), output: [], line: index + 1 });
    else if (inside) shown.at(-1)?.output.push(line);
  }
  return shown;
}
