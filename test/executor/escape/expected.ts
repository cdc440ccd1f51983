import { readFileSync } from "node:fs";

/** Who runs the server, and at which level its executions are: a column of the table. */
export const situations = [
  { level: "full", server: "root", column: 0 },
  { level: "full", server: "an ordinary user", column: 0 },
  { level: "reduced", server: "root", column: 1 },
  { level: "reduced", server: "an ordinary user", column: 2 },
  { level: "basic", server: "root", column: 3 },
  { level: "basic", server: "an ordinary user", column: 4 },
] as const;

/**
 * What the page for reviewers promises: `action: attempt` to held, open or refused. The page is the one place where
 * that is written down.
 */
export function expected(column: number): Record<string, string> {
  const page = readFileSync(new URL("../../../docs/security/escapes.md", import.meta.url), "utf8");
  const promised: Record<string, string> = {};
  let action = "";
  for (const line of page.split("\n")) {
    action = /^## `(.+)`/.exec(line)?.[1] ?? action;
    const [attempt, ...cells] = line.split("|").slice(1, -1);
    const cell = cells[column]?.trim().replaceAll("*", "");
    if (attempt && cell && /^(held|open|refused)$/.test(cell))
      promised[`${action}: ${attempt.trim()}`] = cell;
  }
  return promised;
}
