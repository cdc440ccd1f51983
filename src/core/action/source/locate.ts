import type { Issue } from "../issue.ts";
import { type Path, type Problem, pathText } from "../problem.ts";

/** Turns problems into issues: knows the file and, where there is one, its source. */
export interface Locator {
  readonly file: string;
  /** Whether the value at this path is written in this file. */
  has(path: Path): boolean;
  issue(problem: Problem): Issue;
}

/** For a value that came as JSON and has no lines: the path goes into the message. */
export function jsonLocator(file: string): Locator {
  return {
    file,
    has: () => true,
    issue: ({ code, severity = "error", message, path, hint }) => ({
      code,
      severity,
      message:
        path.length === 0 || message.includes(`"${pathText(path)}"`)
          ? message
          : `${pathText(path)}: ${message}`,
      file,
      line: 1,
      column: 1,
      source: undefined,
      hint,
    }),
  };
}

/** A value laid over another: a problem belongs to the upper file where the upper one writes that value. */
export function layeredLocator(upper: Locator, prefix: Path, lower: Locator): Locator {
  const inUpper = (path: Path) => path.length > 0 && upper.has([...prefix, ...path]);
  return {
    file: lower.file,
    has: (path) => inUpper(path) || lower.has(path),
    issue: (problem) =>
      inUpper(problem.path)
        ? upper.issue({ ...problem, path: [...prefix, ...problem.path] })
        : lower.issue(problem),
  };
}
