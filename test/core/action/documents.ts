import type { Issue } from "../../../src/core/action/issue.ts";
import { parseAction } from "../../../src/core/action/parse-action.ts";

const file = "actions/sample/action.yaml";

/** Parses a text as the manifest of an action in the folder "sample". */
export const parse = (text: string | Uint8Array) =>
  parseAction({ bytes: typeof text === "string" ? Buffer.from(text) : text, file, name: "sample" });

/** "line:column CODE" of each issue. */
export const places = (issues: readonly Issue[]): readonly string[] =>
  issues.map(({ line, column, code }) => `${line}:${column} ${code}`);

/** The smallest valid manifest of each type. */
export const scheduled = `type: scheduled
serviceAccount: a@example.com
schedule: { cron: "0 6 * * *" }
`;
export const realtime = `type: realtime
serviceAccount: a@example.com
`;
export const runbook = `type: runbook
steps:
  - name: Look
    run: uptime
`;
