import type { Json, JsonObject } from "../core/json.ts";
import { namesText } from "../core/plan/missing-accounts.ts";
import type { Desired } from "./desired.ts";
import type { LiveState } from "./ports.ts";

/**
 * Sentences about secrets that actions and providers name and the server has no value for. Asks only when one is named; a server that
 * cannot tell, or does not tell whoever asks, is taken at no word.
 */
export async function missingSecrets(
  { items }: Pick<Desired, "items">,
  target: Pick<LiveState, "secrets">,
): Promise<readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { name, fields } of items)
    for (const secret of secretsNamed(fields)) users.set(secret, [...(users.get(secret) ?? []), name]);
  if (users.size === 0) return [];
  const kept = await target.secrets().catch(() => undefined);
  if (kept === undefined) return [];
  return [...users]
    .filter(([secret]) => !kept(secret))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([secret, names]) =>
        `secret ${secret} has no value on the server (${namesText(names)}): runs that need it fail until it is ` +
        `set with rota secrets set ${secret}`,
    );
}

/** Those that the variables of an action and of its steps name, or the key and the headers of a provider. */
function secretsNamed(fields: JsonObject): ReadonlySet<string> {
  const steps = Array.isArray(fields.steps) ? fields.steps : [];
  const variables = [fields, ...steps].flatMap((one) => Object.values(object(object(one).env)));
  const ofProvider = [fields.key, ...Object.values(object(fields.headers))];
  return new Set([...variables, ...ofProvider].flatMap(nameIn));
}

const nameIn = (value: Json | undefined): readonly string[] => {
  const { secret } = object(value);
  return typeof secret === "string" ? [secret] : [];
};

const object = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as JsonObject) : {};
