import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";

/** Bytes of an answer that is read as a whole: 100,000 actions in one list, many times what `show` gives. */
const longestAnswer = 128 * 2 ** 20;
/** Characters of one line or event: many times the longest line of a log, escaped. */
const longestPart = 4 * 2 ** 20;

/** A server sends more than any Rota server does; asking it again is of no use. */
export class EndlessAnswer extends CliError {
  constructor() {
    super(
      exitCode.unreachable,
      "The server sends more than a Rota server ever does",
      "Is this the address of a Rota server (--server, ROTA_SERVER, rota.yaml)?",
    );
  }
}

/**
 * The text of an answer. A server that goes on without end would fill this machine's memory.
 *
 * @throws EndlessAnswer when there is more than any Rota server sends
 */
export async function boundedText(response: Response, limit = longestAnswer): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream, and the connection with it.
    if (size > limit) throw new EndlessAnswer();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * The parts of an answer that a separator ends, as they come. One without was cut off.
 *
 * @throws EndlessAnswer when one part is longer than any Rota server sends
 */
export async function* boundedParts(
  body: ReadableStream<Uint8Array> | null,
  separator: RegExp,
): AsyncGenerator<string> {
  if (body === null) return;
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream() as never) as AsyncIterable<string>) {
    const parts = (rest + text).split(separator);
    rest = parts.pop() ?? "";
    if (rest.length > longestPart) throw new EndlessAnswer();
    yield* parts;
  }
}
