import type { Issue } from "../issue.ts";
import { githubAnnotations } from "./github-annotations.ts";
import { issueText } from "./issue-text.ts";

export type IssueFormat = "text" | "json" | "github";

/**
 * All issues as text for people, JSON (`{"formatVersion":1,"errors":N,"warnings":N,"issues":[…]}`) or GitHub
 * annotations. Ends with a line feed; "" for no issues as text or annotations.
 */
export function renderIssues(issues: readonly Issue[], format: IssueFormat): string {
  if (format === "json") return `${JSON.stringify(issuesJson(issues))}\n`;
  if (issues.length === 0) return "";
  if (format === "github") return githubAnnotations(issues);
  return `${issues.map(issueText).join("\n")}\n${countLine(issues)}\n`;
}

/** The JSON form: stable, documented in docs/reference/cli-json.md. */
const issuesJson = (issues: readonly Issue[]) => ({
  formatVersion: 1,
  errors: count(issues, "error"),
  warnings: count(issues, "warning"),
  issues: issues.map(({ code, severity, message, file, line, column, endColumn, source, hint }) => ({
    code,
    severity,
    message,
    file,
    line,
    column,
    end_column: endColumn ?? column + 1,
    source: source ?? null,
    hint: hint ?? null,
  })),
});

/** By file, then by place: the order in which a person mends them. */
export const sortIssues = (issues: readonly Issue[]): readonly Issue[] =>
  [...issues].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.code < b.code ? -1 : 1),
  );

const count = (issues: readonly Issue[], severity: Issue["severity"]): number =>
  issues.filter((issue) => issue.severity === severity).length;

function countLine(issues: readonly Issue[]): string {
  const files = new Set(issues.map(({ file }) => file)).size;
  const parts = (["error", "warning"] as const)
    .map((severity) => [count(issues, severity), severity] as const)
    .filter(([number]) => number > 0)
    .map(([number, severity]) => plural(number, severity));
  return `${parts.join(" and ")} in ${plural(files, "file")}`;
}

const plural = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
