import { refusedCharacter } from "../../unseen-characters.ts";
import type { Path, Problem } from "../problem.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import type { Rule } from "./rule.ts";

/** Names and descriptions stand in logs, terminals and pages. What a variable holds is its own affair, but for NUL. */
function* textsAreVisible(action: WrittenAction): Iterable<Problem> {
  yield* visible(action, []);
}

function* visible(value: unknown, path: Path): Iterable<Problem> {
  if (typeof value === "string") {
    const found = path.at(-2) === "env" ? /\0/.exec(value) : refusedCharacter.exec(value);
    if (found !== null)
      yield refusal(path, `the character U+${hex(found[0])} cannot be seen and is not allowed`);
    else if (!value.isWellFormed())
      yield refusal(path, "half of a character (a lone surrogate) is not allowed");
  } else if (value !== null && typeof value === "object")
    for (const [key, item] of Object.entries(value)) {
      const below = [...path, Array.isArray(value) ? Number(key) : key];
      if (key === "__proto__")
        yield { code: "KEY_RESERVED", path, message: "the key __proto__ is not allowed" };
      else if (refusedCharacter.test(key) || !key.isWellFormed())
        yield { ...refusal(below, "a key holds a character that cannot be seen"), key: true };
      else yield* visible(item, below);
    }
}

const refusal = (path: Path, message: string): Problem => ({
  code: "CONTROL_CHARACTER",
  path,
  message,
  hint: "remove it",
});

const hex = (character: string): string =>
  character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");

/** On the wire the last line of a description says who owns the action. */
function* descriptionClaimsNoOwner({ description = "" }: WrittenAction): Iterable<Problem> {
  if (/^managed-by:/m.test(description))
    yield {
      code: "DESCRIPTION_RESERVED",
      path: ["description"],
      message: 'a line of a description must not start with "managed-by:"',
      hint: "apply writes that line itself",
    };
}

export const textRules: readonly Rule[] = [textsAreVisible, descriptionClaimsNoOwner];
