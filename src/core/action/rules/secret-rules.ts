import type { Path, Problem } from "../problem.ts";
import type { Env, WrittenAction } from "../written/written.generated.ts";
import type { Rule } from "./rule.ts";

/** Names that say "secret". A bare KEY is often a name of something; these are not. */
const telling =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|APIKEY|(API|PRIVATE|ACCESS|SECRET|SIGNING|ENCRYPTION)_KEY|CREDENTIALS?)$/;

/**
 * A name that says "secret" with a literal beside it, in a file that goes to git. What a value gives away is found by
 * others. Not for actions that come over the wire: OpenObserve's clients send values in plain text, and may.
 */
function* secretsAreNamed(action: WrittenAction): Iterable<Problem> {
  yield* plain(action.env, ["env"]);
  for (const [index, step] of (action.steps ?? []).entries()) yield* plain(step.env, ["steps", index, "env"]);
}

function* plain(env: Env | undefined, path: Path): Iterable<Problem> {
  for (const [key, value] of Object.entries(env ?? {}))
    if (typeof value === "string" && telling.test(key) && looksSecret(value))
      yield {
        code: "PLAIN_SECRET",
        path: [...path, key],
        message: `${key} looks like a secret and stands here in plain text`,
        hint: `${key}: { secret: ${key.toLowerCase()} }, and change the value: it is in git's history`,
      };
}

/** Not a template, a path, an address or a placeholder. */
const looksSecret = (value: string): boolean =>
  value.length >= 6 &&
  !value.includes("${{") &&
  !/^(\/|\.\/|https?:\/\/[^@]*$|<.*>$)/.test(value) &&
  !/\s/.test(value.trim());

export const secretRules: readonly Rule[] = [secretsAreNamed];
