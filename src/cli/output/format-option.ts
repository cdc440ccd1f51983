import { type Command, Option } from "commander";
import type { Values } from "../command.ts";
import type { Io } from "../io.ts";

/** Adds `--format text|json`. */
export function addFormatOption(command: Command, choices: readonly string[] = ["text", "json"]): void {
  command.addOption(
    new Option("--format <format>", "how to print the answer").choices(choices).default("text"),
  );
}

export const wantsJson = (values: Values): boolean => values.options.format === "json";

/** Prints one JSON value, indented; the shapes are documented in docs/reference/cli-json.md. */
export const printJson = (io: Io, value: unknown): void => io.raw(`${JSON.stringify(value, null, 2)}\n`);
