import { usageError } from "../cli-error.ts";
import type { Values } from "../command.ts";

/**
 * Refuses options of another verb than the one that is asked for: left aside, `rota users --role viewer` would look
 * as if it listed those.
 *
 * @throws CliError (exit 2) naming the verbs that take it
 */
export function optionsBelong(
  { command, verb, values }: { readonly command: string; readonly verb: string; readonly values: Values },
  takenBy: Readonly<Record<string, readonly string[]>>,
): void {
  for (const [option, verbs] of Object.entries(takenBy))
    if (values.options[option] !== undefined && !verbs.includes(verb)) {
      const written = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const forms = verbs.map((one) => `rota ${command} ${one}`).join(" and ");
      throw usageError(`--${written} belongs to ${forms}`);
    }
}
