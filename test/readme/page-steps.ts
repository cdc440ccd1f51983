import type { Shown } from "./console-blocks.ts";

/** A whole file that a page shows, named by its first line: `# actions/a/action.yaml`. */
export interface ShownFile {
  readonly path: string;
  readonly text: string;
}
export type PageStep = Shown | ShownFile;

/** What a reader of a Markdown page does, in order: types commands of `console` blocks, and writes whole files. */
export function pageSteps(page: string): readonly PageStep[] {
  const steps: (PageStep & { output?: string[] })[] = [];
  let kind: "console" | "file" | "other" | undefined;
  let lines: string[] = [];
  for (const [index, line] of page.split("\n").entries()) {
    const fence = /^```(\w*)$/.exec(line);
    if (fence !== null && kind === undefined) {
      kind = fence[1] === "console" ? "console" : /^(yaml|python)$/.test(fence[1] ?? "") ? "file" : "other";
      lines = [];
    } else if (fence !== null) {
      const [, path] = /^# (\S+\.\w+)$/.exec(lines[0] ?? "") ?? [];
      if (kind === "file" && path !== undefined) steps.push({ path, text: `${lines.slice(1).join("\n")}\n` });
      kind = undefined;
    } else if (kind === "console" && line.startsWith("$ "))
      steps.push({ command: line.slice(2), output: [], line: index + 1 });
    else if (kind === "console") steps.at(-1)?.output?.push(line);
    else lines.push(line);
  }
  return steps;
}
