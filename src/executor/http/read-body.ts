import type { IncomingMessage } from "node:http";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { BodyLines } from "./body-lines.ts";
import { charsetOf, isText } from "./content-type.ts";
import { TextFinder } from "./text-finder.ts";

/** What an answer's body was. */
export interface Body {
  /** As it was meant, not as it was compressed. */
  readonly bytes: number;
  /** undefined: it is no text, or longer than `longestKept`. */
  readonly text: string | undefined;
  readonly isBinary: boolean;
  /** Whether the text that was looked for stands in it. */
  readonly isFound: boolean;
}

/** More than it may have was read. */
export class TooLong extends Error {
  override readonly name = "TooLong";
}

/** Bytes of a body that are kept, for the result and for what is expected of its JSON. */
export const longestKept = 2 ** 20;
/** What a compressed body may have more than what is in it. */
const overhead = 64 * 1024;

/**
 * Reads the body of an answer to its end, and never more than a line and `longestKept` of it at once. Each line of a
 * text is shown as it comes. @throws TooLong beyond `limit` bytes, whether they were compressed or not.
 */
export async function readBody(
  response: IncomingMessage,
  asked: {
    readonly limit: number;
    readonly contains: string | undefined;
    show(line: string): Promise<void>;
  },
  signal: AbortSignal,
): Promise<Body> {
  const { "content-type": type, "content-encoding": encoding = "identity" } = response.headers;
  const decoder = decoderOf(encoding);
  const isReadable = decoder !== undefined || encoding.trim().toLowerCase() === "identity";
  const reader = new BodyReader(isReadable ? type : "application/x-compressed", asked);
  const wire = new Counted(asked.limit + overhead);
  const consume = async (source: AsyncIterable<Uint8Array>) => {
    for await (const chunk of source) await reader.take(chunk);
  };
  try {
    if (decoder === undefined) await pipeline(response, wire, consume, { signal });
    else await pipeline(response, wire, decoder, consume, { signal });
  } catch (error) {
    // An answer without a body may say how it would have been compressed.
    if (decoder === undefined || wire.bytes > 0 || !response.complete) throw error;
  }
  return reader.end();
}

function decoderOf(encoding: string): Transform | undefined {
  switch (encoding.trim().toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "deflate":
      return createInflate();
    default:
      return undefined; // nobody asked for it
  }
}

/** Ends what a server sends without end although nothing comes out of it. */
class Counted extends Transform {
  bytes = 0;
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.#most) done(new TooLong());
    else done(null, chunk);
  }
}

class BodyReader {
  readonly #asked: Parameters<typeof readBody>[1];
  readonly #type: string | undefined;
  readonly #decoder: TextDecoder;
  readonly #lines = new BodyLines();
  readonly #finder: TextFinder;
  #bytes = 0;
  #isText: boolean | undefined;
  #kept: string[] | undefined = [];

  constructor(type: string | undefined, asked: Parameters<typeof readBody>[1]) {
    this.#asked = asked;
    this.#type = type;
    this.#decoder = new TextDecoder(charsetOf(type));
    this.#finder = new TextFinder(asked.contains);
  }

  /** What fits into the limit is shown, then it is too long. */
  async take(chunk: Uint8Array): Promise<void> {
    this.#isText ??= isText(this.#type, chunk);
    const left = this.#asked.limit - this.#bytes;
    this.#bytes += chunk.length;
    if (this.#bytes > longestKept) this.#kept = undefined;
    await this.#read(this.#decoder.decode(chunk.subarray(0, left), { stream: true }));
    if (chunk.length > left) {
      if (this.#isText) for (const line of this.#lines.end()) await this.#asked.show(line);
      throw new TooLong();
    }
  }

  async end(): Promise<Body> {
    await this.#read(this.#decoder.decode());
    const isBinary = this.#isText === false;
    if (!isBinary) for (const line of this.#lines.end()) await this.#asked.show(line);
    return {
      bytes: this.#bytes,
      text: isBinary ? undefined : this.#kept?.join(""),
      isBinary,
      isFound: this.#finder.isFound,
    };
  }

  async #read(text: string): Promise<void> {
    this.#finder.feed(text);
    if (this.#isText === false) return;
    this.#kept?.push(text);
    for (const line of this.#lines.feed(text)) await this.#asked.show(line);
  }
}
