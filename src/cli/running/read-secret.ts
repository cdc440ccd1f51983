import { usageError } from "../cli-error.ts";
import type { Io } from "../io.ts";

/** What a value may have, bytes; the server's own limit. */
const largest = 64 * 1024;

/**
 * The value of a secret: asked for at a terminal, without showing it, else standard input as it is.
 *
 * @throws CliError (exit 2) when it is empty or too large
 */
export async function readSecret(io: Io, name: string): Promise<Uint8Array> {
  const value = io.asksInput
    ? Buffer.from(await io.askHidden(`Value of ${name} (one line, not shown): `), "utf8")
    : await io.bytes(largest + 1);
  if (value.length === 0)
    throw usageError(
      "There is no value on standard input; nothing was set",
      `Like this: printf '%s' "$VALUE" | rota secrets set ${name}`,
    );
  if (value.length > largest)
    throw usageError(`The value is larger than ${largest / 1024} KiB; nothing was set`);
  return value;
}
