import { type Command, Option } from "commander";
import { drivingCharacters } from "../../core/unseen-characters.ts";
import type { Values } from "../command.ts";
import type { Io } from "../io.ts";

/** Adds `--format text|json`. */
export function addFormatOption(command: Command, choices: readonly string[] = ["text", "json"]): void {
  command.addOption(
    new Option("--format <format>", "how to print the answer").choices(choices).default("text"),
  );
}

export const wantsJson = (values: Values): boolean => values.options.format === "json";

/**
 * JSON that no terminal obeys: what JSON itself leaves as it is (C1 control characters, the marks that turn the
 * reading direction) is written as an escape, which every reader turns back.
 */
export const jsonText = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(drivingCharacters, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Prints one JSON value, indented; the shapes are documented in docs/reference/cli-json.md. */
export const printJson = (io: Io, value: unknown): void => io.raw(`${jsonText(value, 2)}\n`);
