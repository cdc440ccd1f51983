import { drivingCharacters } from "../../core/unseen-characters.ts";

/**
 * Makes text of others safe for a terminal: control characters (escape sequences among them, C1 as well),
 * the marks that turn the reading direction, and lone surrogates become visible, so that no log line can move
 * the cursor, rename the window or look like another line. Tabs stay; newlines only where `lines` is set.
 */
export function neutralise(text: string, lines = false): string {
  return text.toWellFormed().replace(drivingCharacters, (character) => {
    if (character === "\n" && lines) return character;
    return spelled(character);
  });
}

function spelled(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
