import { nearest } from "../../core/nearest.ts";
import { usageError } from "../cli-error.ts";

/** What a command of several verbs is to do: the word as one of them; the first where there is none. @throws CliError. */
export function verbOf<Verb extends string>(
  command: string,
  verbs: readonly [Verb, ...Verb[]],
  word: string,
): Verb {
  if (word === "") return verbs[0];
  const found = verbs.find((verb) => verb === word);
  if (found !== undefined) return found;
  const close = nearest(word, verbs);
  throw usageError(
    `rota ${command} cannot do that${close === undefined ? "" : `: did you mean ${close}?`}`,
    `It can ${verbs.join(", ")}; \`rota help ${command}\` shows how.`,
  );
}
