import { usageError } from "../cli-error.ts";
import { text, type Values } from "../command.ts";

/** Which page of a list is wanted. @throws CliError (exit 2) for a limit that is none */
export function pageAsked(values: Values): { readonly limit: number; readonly cursor: string | undefined } {
  const limit = Number(text(values, "limit"));
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw usageError("--limit must be a whole number from 1 to 1000");
  return { limit, cursor: text(values, "cursor") };
}
