import { nearest } from "../../core/nearest.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";

/** OpenObserve's words, which our server keeps. They do not say which action. */
const said = "Action Script not found";

/** Whether an error is the server's answer for an action that it does not have. */
export const isUnknownAction = (error: unknown): boolean =>
  error instanceof CliError && error.message.endsWith(said);

/** Most names that are shown. */
const most = 10;

/** The sentence for an action that a server does not have; `names`: those that it has, undefined where it does not say. */
export function unknownAction(
  action: string,
  address: string,
  names: readonly string[] | undefined,
): CliError {
  return new CliError(
    exitCode.usage,
    `${address} has no action "${action.slice(0, 64)}"`,
    names === undefined ? "`rota list` shows those that it has." : hint(action, names),
  );
}

function hint(action: string, names: readonly string[]): string {
  if (names.length === 0) return "It has none: `rota apply` brings those of this repository.";
  const meant = nearest(action, names);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  const shown = [...names].sort().slice(0, most).join(", ");
  return names.length <= most ? `It has: ${shown}` : `It has: ${shown} and more; \`rota list\` shows all.`;
}
