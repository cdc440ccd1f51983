import type { Redactor } from "./redactor.ts";

/**
 * A string, or a number that could be a secret; what is between them holds no value. A text that is no JSON may have
 * a string without an end: it goes on to the end of the text, so that no quote in it is tried as another beginning.
 */
const scalar = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|-?\d[\d.eE+-]{3,}/g;

/** Escapes that no usual writer of JSON makes: forms of secrets in JSON text are known without them. */
const unusual = /\\(?:\/|u00[2-7]|u[\da-f]*[A-F])/;

/**
 * JSON with the secrets masked inside of its strings, keys among them, and its numbers; it stays JSON, and all
 * else stays byte for byte. A secret that is spread over several strings is not found.
 *
 * Nearly all results hold none, which one pass over the text shows: 60 ms for 7 MB, 400 string by string.
 *
 * @param step characters read for each piece that is yielded, so that the caller can do other things between
 */
export function* redactJson(json: string, redactor: Redactor, step = 256 * 1024): Generator<string> {
  if (!redactor.hidesWords && !unusual.test(json) && (yield* isClean(json, redactor, step))) yield json;
  else yield* redactScalars(json, redactor, step);
}

function* isClean(json: string, redactor: Redactor, step: number): Generator<string, boolean> {
  const { push, end } = redactor.stream();
  const pieces: string[] = [];
  const shown: string[] = [];
  for (let at = 0; at < json.length; at += step) {
    const piece = json.slice(at, at + step);
    pieces.push(piece);
    shown.push(...push(piece));
    yield "";
  }
  shown.push(...end());
  return pieces.every((piece, index) => piece === shown[index]);
}

function* redactScalars(json: string, redactor: Redactor, step: number): Generator<string> {
  let shown = "";
  let at = 0;
  let yielded = 0;
  for (const { 0: written, index } of json.matchAll(scalar)) {
    const hidden = redactScalar(written, redactor);
    if (hidden !== written) {
      shown += json.slice(at, index) + hidden;
      at = index + written.length;
    }
    if (index - yielded < step) continue;
    const end = index + written.length;
    yield shown + json.slice(at, end);
    at = yielded = end;
    shown = "";
  }
  yield shown + json.slice(at);
}

function redactScalar(written: string, redactor: Redactor): string {
  const text = written.startsWith('"') ? meant(written) : written;
  const shown = redactor.text(text);
  return shown === text ? written : JSON.stringify(shown);
}

/** What a string says; most escape nothing, and one that is no JSON says what is written. */
function meant(written: string): string {
  const inside = written.slice(1).replace(/"$/, "");
  if (!inside.includes("\\")) return inside;
  try {
    return JSON.parse(written) as string;
  } catch {
    return inside;
  }
}
