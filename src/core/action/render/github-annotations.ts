import type { Issue } from "../issue.ts";

/** GitHub shows ten annotations of a step and silently drops the rest. */
const most = 10;

/** Workflow commands that mark issues in a pull request: the worst first, the last one says how many more there are. */
export function githubAnnotations(issues: readonly Issue[]): string {
  const worstFirst = [...issues].sort((a, b) => rank(a) - rank(b));
  const [kept, left] =
    worstFirst.length <= most
      ? [worstFirst, 0]
      : [worstFirst.slice(0, most - 1), worstFirst.length - most + 1];
  const lines = kept.map(annotation);
  if (left > 0)
    lines.push(
      `::error title=${property("rota validate")}::${data(`${left} more problems: run rota validate to see all`)}`,
    );
  return `${lines.join("\n")}\n`;
}

const rank = ({ severity }: Issue): number => (severity === "error" ? 0 : 1);

function annotation({ severity, file, line, column, endColumn, code, message, hint }: Issue): string {
  const place = `file=${property(file)},line=${line},col=${column},endColumn=${endColumn ?? column + 1},title=${property(code)}`;
  return `::${severity} ${place}::${data(hint === undefined ? message : `${message}\n${hint}`)}`;
}

/** Escapes of the workflow command format (GitHub's toolkit, packages/core command.ts). */
const data = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
