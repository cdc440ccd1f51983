import type { Issue } from "../issue.ts";

/** Larger than any hand-written manifest by far; bounds what the parser behind it has to hold. */
const largestManifest = 256 * 1024;

/** The text of a written file, or why it is none. A refusal is always a single issue. */
export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly issue: Issue };

/**
 * Reads bytes as UTF-8 text without NUL. Not text in this sense: a byte order mark (some tools keep it as a part
 * of the first key), UTF-16, more than 256 kB.
 */
export function decodeText(bytes: Uint8Array, file: string): Decoded {
  const refuse = (
    code: string,
    message: string,
    hint: string,
    position = { line: 1, column: 1 },
  ): Decoded => ({
    ok: false,
    issue: { code, severity: "error", message, file, source: undefined, hint, ...position },
  });
  if (bytes.length > largestManifest)
    return refuse(
      "FILE_TOO_LARGE",
      `the file has ${bytes.length} bytes; at most ${largestManifest} are read`,
      "move long scripts into files beside it",
    );
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return refuse("NOT_UTF8", "the file is UTF-16, not UTF-8", "save it as UTF-8");
  if (first === 0xef && second === 0xbb && third === 0xbf)
    return refuse(
      "BYTE_ORDER_MARK",
      "the file starts with a byte order mark",
      "save it as UTF-8 without BOM",
    );
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    return refuse("NUL_BYTE", "the file holds a NUL byte", "remove it; is this a text file?", at(bytes, nul));
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const offset = firstBadByte(bytes);
    const shown = bytes[offset]!.toString(16).padStart(2, "0");
    return refuse("NOT_UTF8", `byte 0x${shown} is not UTF-8`, "save the file as UTF-8", at(bytes, offset));
  }
}

/** Bisects with the decoder itself, so that there is one definition of what UTF-8 is. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    // `stream` accepts a character that is cut off at the end.
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return decodes(bytes.subarray(0, bad)) ? bytes.length - 1 : good;
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function at(bytes: Uint8Array, offset: number): { line: number; column: number } {
  const before = new TextDecoder().decode(bytes.subarray(0, offset));
  const lines = before.split("\n");
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
