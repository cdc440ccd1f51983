import type { Action } from "../../core/action/action.ts";
import type { Issue } from "../../core/action/issue.ts";
import { readAction } from "../../core/action/read-action.ts";
import { HttpError } from "../http-error.ts";

const shown = 20;

/** An action as JSON, through the schema and rules of a manifest. @throws HttpError 400 with every problem. */
export function readActionJson(value: unknown, name: string): Action {
  const read = readAction(value, name);
  if (read.ok) return read.action;
  throw invalid("The action", read.issues);
}

/** 400 with every problem that is an error. `what`: the subject of the sentence. */
export function invalid(what: string, issues: readonly Issue[]): HttpError {
  const lines = issues
    .filter(({ severity }) => severity === "error")
    .map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`));
  const more = lines.length > shown ? [`and ${lines.length - shown} more`] : [];
  return new HttpError(400, [`${what} is not valid:`, ...lines.slice(0, shown), ...more].join("\n"));
}
