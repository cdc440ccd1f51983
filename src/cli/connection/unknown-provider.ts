import { nearest } from "../../core/nearest.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";

const said = "Provider not found";

/** Whether an error is the server's answer for a provider that it does not have. */
export const isUnknownProvider = (error: unknown): boolean =>
  error instanceof CliError && error.message.endsWith(said);

/** The sentence for a provider that a server does not have; `names`: those that it has, undefined where it does not say. */
export function unknownProvider(
  name: string,
  address: string,
  names: readonly string[] | undefined,
): CliError {
  const meant = nearest(name, ["local", ...(names ?? [])]);
  const hint =
    meant !== undefined
      ? `Did you mean ${meant}?`
      : names?.length === 0
        ? "It has none but local: declare it under providers in rota.yaml, then `rota apply`."
        : "`rota providers` shows those that it has.";
  return new CliError(exitCode.usage, `${address} has no provider "${name.slice(0, 64)}"`, hint);
}
