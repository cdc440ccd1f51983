import { isSecretName, secretPrefix as prefix, secretVariable } from "../../core/access/secret-name.ts";

/** Settings of the server: its own key is no secret of an action. */
const settings: ReadonlySet<string> = new Set(["ROTA_SECRET_KEY", "ROTA_SECRET_KEY_FILE"]);

type Variables = Readonly<Record<string, string | undefined>>;

/** The value of a secret in the environment; undefined: none. An empty variable counts as not set. */
export function fromVariables(env: Variables, name: string): string | undefined {
  const variable = secretVariable(name);
  if (settings.has(variable) || !Object.hasOwn(env, variable)) return undefined;
  return env[variable] === "" ? undefined : env[variable];
}

/** What secrets the environment holds, each in capital letters: `db-password` is listed as `DB_PASSWORD`. */
export const namesInVariables = (env: Variables): readonly string[] =>
  Object.keys(env)
    .filter((variable) => variable.startsWith(prefix) && fromVariables(env, variable.slice(prefix.length)))
    .map((variable) => variable.slice(prefix.length))
    .filter(isSecretName)
    .sort();
