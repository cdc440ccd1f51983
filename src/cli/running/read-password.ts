import { usageError } from "../cli-error.ts";
import type { Io } from "../io.ts";

/** Longer ones are no passwords, bytes. */
const largest = 4096;

/**
 * Passwords in this order: each asked for at a terminal, without showing it, else a line of standard input each. A new
 * one is asked for twice, as nobody sees what they type.
 *
 * @throws CliError (exit 2) when one is missing
 */
export async function readPasswords(
  io: Io,
  wanted: readonly { readonly what: string; readonly isNew: boolean }[],
): Promise<readonly string[]> {
  const read: string[] = [];
  const lines = io.asksInput
    ? []
    : Buffer.from(await io.bytes(largest))
        .toString("utf8")
        .split(/\r?\n/);
  for (const { what, isNew } of wanted) {
    const password = io.asksInput ? await io.askHidden(`${what} (not shown): `) : (lines.shift() ?? "");
    if (password === "")
      throw usageError(
        `The ${what.toLowerCase()} is missing; nothing was changed`,
        `Passwords are no arguments: they are asked for at a terminal, or read from standard input, one a line (${wanted.map((one) => one.what.toLowerCase()).join(", then ")}).`,
      );
    if (isNew && io.asksInput && (await io.askHidden(`${what} again: `)) !== password)
      throw usageError("The two were not the same; nothing was changed");
    read.push(password);
  }
  return read;
}
