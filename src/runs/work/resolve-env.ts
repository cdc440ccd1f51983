import { secretVariable } from "../../core/access/secret-name.ts";
import type { EnvValue } from "../../core/action/action.ts";
import type { Secrets } from "../ports/around.ts";

export type ResolvedEnv =
  | {
      readonly env: Record<string, string>;
      /** The values among them that nobody may read. */
      readonly secrets: readonly string[];
    }
  | { readonly refused: string };

/**
 * The variables of a program, with the values of the secrets that they name. `refused`: a sentence, without any value;
 * what needs them must not start.
 * Rejects when the values cannot be found out now.
 */
export async function resolveEnv(
  secrets: Secrets,
  organization: string,
  env: Readonly<Record<string, EnvValue>>,
): Promise<ResolvedEnv> {
  const names = new Set(
    Object.values(env).flatMap((value) => (typeof value === "string" ? [] : value.secret)),
  );
  if (names.size === 0) return { env: { ...(env as Record<string, string>) }, secrets: [] };
  const { values } = await secrets.values(organization, [...names]);
  const resolved: [string, string][] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (typeof value === "string") {
      resolved.push([variable, value]);
      continue;
    }
    const found = values.get(value.secret);
    if (found === undefined) return { refused: missing(variable, value.secret) };
    if (found.includes("\0")) return { refused: unfit(variable, value.secret) };
    resolved.push([variable, found]);
  }
  return { env: Object.fromEntries(resolved), secrets: [...new Set(values.values())] };
}

const missing = (variable: string, secret: string): string =>
  `The variable ${variable} needs the secret "${secret}", which has no value. Set it with: rota secrets set ${secret} (for run --local: ${secretVariable(secret)}=…)`;

const unfit = (variable: string, secret: string): string =>
  `The secret "${secret}" has a NUL byte, which no variable can hold (${variable}). Set another value with: rota secrets set ${secret}`;
