import type { Command } from "commander";
import type { Io } from "./io.ts";

/** One file of `commands/`: describes its arguments to commander, then does its work. */
export interface CommandModule {
  /** Adds arguments, options and an example to an already named command. */
  define(command: Command): void;
  /**
   * Does the work and answers the exit code. `values` holds the arguments in their written order, then the
   * options; both as commander parsed them.
   */
  run(io: Io, values: Values): Promise<number>;
}

export interface Values {
  readonly arguments: readonly (string | readonly string[] | undefined)[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Adds the examples that `--help` ends with: what it does, then the line to type. */
export function examples(
  command: Command,
  lines: readonly (readonly [command: string, what: string])[],
): void {
  const width = Math.max(...lines.map(([text]) => text.length));
  const body = lines.map(([text, what]) => `  $ ${text.padEnd(width)}  # ${what}`).join("\n");
  command.addHelpText("after", `\n${lines.length === 1 ? "Example" : "Examples"}:\n${body}`);
}

/** The option as text; undefined where it was not given. */
export function text(values: Values, name: string): string | undefined {
  const value = values.options[name];
  return typeof value === "string" ? value : undefined;
}

/** Whether a flag was given. */
export const flag = (values: Values, name: string): boolean => values.options[name] === true;

/** Every value of an option that may be repeated. */
export function texts(values: Values, name: string): readonly string[] {
  const value = values.options[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The argument at `index`, or "" where it was left out. */
export function argument(values: Values, index: number): string {
  const value = values.arguments[index];
  return typeof value === "string" ? value : "";
}
