import { invisibleCharacters } from "../unseen-characters.ts";

const longest = 120;

/**
 * A file name that somebody sent, fit for a message: quoted, control and direction characters as
 * `\u{...}`, cut after 120 characters.
 */
export function shownName(name: string): string {
  const cut = name.length > longest ? `${name.slice(0, longest)}...` : name;
  const escaped = cut
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replace(invisibleCharacters, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return `"${escaped}"`;
}
