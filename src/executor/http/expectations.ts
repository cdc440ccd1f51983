import { type IncomingMessage, STATUS_CODES } from "node:http";
import { canonicalJson, type Json } from "../../core/json.ts";
import type { HttpProgram } from "../../runs/ports/executor.ts";
import { headerOf, isPrivate } from "./answer-headers.ts";
import { parseJson } from "./parse-json.ts";
import { type Body, longestKept } from "./read-body.ts";

/** Characters of a body, or of a value in it, that a reason tells. */
const longestExcerpt = 200;

/** What of an answer is not as the step expects it: the first of it, in a sentence. undefined: all is. */
export function disappointment(
  program: HttpProgram,
  response: IncomingMessage,
  body: Body,
): string | undefined {
  return status(program, response, body) ?? headers(program, response) ?? contents(program, body);
}

/** "404 Not Found": by the number, as the server's own words may be anything. */
export const statusText = (status: number): string =>
  STATUS_CODES[status] === undefined ? String(status) : `${status} ${STATUS_CODES[status]}`;

function status(
  { expectStatus, method }: HttpProgram,
  { statusCode = 0, headers: { location } }: IncomingMessage,
  body: Body,
): string | undefined {
  const isExpected =
    expectStatus === undefined ? statusCode >= 200 && statusCode < 300 : expectStatus.includes(statusCode);
  if (isExpected) return undefined;
  const wanted = expectStatus === undefined ? "a status from 200 to 299" : expectStatus.join(" or ");
  const isRedirect = statusCode >= 300 && statusCode < 400 && location !== undefined;
  const note = isRedirect ? ` (a redirect, which is not followed for ${method})` : "";
  return `Expected ${wanted}, and the answer was ${statusText(statusCode)}${note}${said(body)}`;
}

function headers({ expectHeaders }: HttpProgram, response: IncomingMessage): string | undefined {
  for (const [name, wanted] of Object.entries(expectHeaders)) {
    const value = headerOf(response, name);
    if (value === undefined) return `Expected the header ${name}, and the answer has none.`;
    if (value === wanted.trim()) continue;
    const came = isPrivate(name) ? "another value" : quoted(value);
    return `Expected the header ${name} to be ${quoted(wanted)}, and the answer has ${came}.`;
  }
  return undefined;
}

function contents({ expectContains, expectJson }: HttpProgram, body: Body): string | undefined {
  if (!body.isFound) return `Expected the body to hold ${quoted(expectContains ?? "")}${said(body)}`;
  const expected = Object.entries(expectJson);
  if (expected.length === 0) return undefined;
  if (body.text === undefined && !body.isBinary)
    return `Expected a body of JSON to look into, and it is longer than ${longestKept >> 20} MiB.`;
  const parsed = parseJson(body.text);
  if (parsed === undefined) return `Expected a body of JSON${said(body)}`;
  for (const [pointer, wanted] of expected) {
    const found = parsed.at(pointer);
    if (found !== undefined && canonicalJson(found) === canonicalJson(wanted)) continue;
    const where = pointer === "" ? "as the whole body" : `at ${pointer} of the body`;
    const came = found === undefined ? "nothing stands there" : `it is ${shown(found)}`;
    return `Expected ${shown(wanted)} ${where}, and ${came}.`;
  }
  return undefined;
}

const shown = (value: Json): string => excerpt(canonicalJson(value));
const quoted = (text: string): string => JSON.stringify(excerpt(text));

/** ": …", how a body begins, where there is one that can be read. */
function said({ text, isBinary, bytes }: Body): string {
  if (bytes === 0) return ", without a body.";
  if (text === undefined) return isBinary ? ", with a body that is no text." : ", with a long body.";
  return `, with the body ${quoted(text)}`;
}

/** On one line. Not cut through a word where that can be: half of a secret is not recognised as one. */
function excerpt(text: string): string {
  const line = text
    .slice(0, 20 * longestExcerpt)
    .replace(/\s+/g, " ")
    .trim();
  if (line.length <= longestExcerpt) return line;
  const cut = line.lastIndexOf(" ", longestExcerpt);
  return `${line.slice(0, cut > longestExcerpt / 2 ? cut : longestExcerpt).toWellFormed()}…`;
}
