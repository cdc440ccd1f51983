import type { IncomingMessage } from "node:http";
import { keptHeaders } from "./answer-headers.ts";
import { isJson } from "./content-type.ts";
import { parseJson } from "./parse-json.ts";
import { type Body, longestKept } from "./read-body.ts";

/**
 * What the answer was, as UTF-8 JSON: status, headers and body, which is what its JSON says, else a text; null where
 * it is neither, or would make all longer than 1 MiB, which `note` then says. JSON is passed on as it is written.
 */
export function answerResult(response: IncomingMessage, body: Body): Uint8Array {
  const headers = JSON.stringify(keptHeaders(response));
  const written = (value: string, note?: string) =>
    Buffer.from(
      `{"status":${response.statusCode},"headers":${headers},"body":${value}${note === undefined ? "" : `,"note":${JSON.stringify(note)}`}}`,
    );
  if (body.isBinary) return written("null", `The body is left out: ${body.bytes} bytes that are no text.`);
  const tooLong = `The body is left out: a result has at most ${longestKept >> 20} MiB.`;
  if (body.text === undefined) return written("null", tooLong);
  const isValue = isJson(response.headers["content-type"]) && parseJson(body.text) !== undefined;
  const whole = written(isValue ? body.text : JSON.stringify(body.text.toWellFormed()));
  return whole.byteLength > longestKept ? written("null", tooLong) : whole;
}
