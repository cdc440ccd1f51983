import { readFileSync } from "node:fs";

/** A line of the table in docs/security/people-and-roles.md: what it lets do, and the built-in roles that may. */
export interface DocumentedRight {
  readonly what: string;
  readonly roles: readonly string[];
}

const page = readFileSync(new URL("../../../docs/security/people-and-roles.md", import.meta.url), "utf8");

const cells = (line: string): readonly string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

/** Names of the built-in roles as the page heads its table, and its lines. */
export function documentedRoles(): { roles: readonly string[]; rights: readonly DocumentedRight[] } {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith("| May |"));
  const end = lines.indexOf("", start);
  const [, ...roles] = cells(lines[start] ?? "");
  const rights = lines.slice(start + 2, end).map((line) => {
    const [what = "", ...marks] = cells(line);
    const other = marks.find((mark) => mark !== "yes" && mark !== "no");
    if (other !== undefined || marks.length !== roles.length)
      throw new Error(`no line of yes and no: ${line}`);
    return { what, roles: roles.filter((_, index) => marks[index] === "yes") };
  });
  return { roles, rights };
}
