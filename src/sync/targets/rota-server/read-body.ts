import type { Json } from "../../../core/json.ts";
import { isDeeperThan } from "../../../core/wire/json-depth.ts";
import { TargetError } from "../target-error.ts";

/** Deeper than anything that a Rota server answers. */
const maxDepth = 200;

/** The bytes of an answer, at most `limit`; undefined when there are more. */
export async function readBytes(response: Response, limit: number): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream, and the connection with it.
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The JSON of an answer.
 *
 * @throws TargetError BAD_ANSWER when it is too large, too deep or no JSON
 */
export async function readJson(response: Response, limit: number): Promise<Json> {
  const bytes = await readBytes(response, limit);
  if (bytes === undefined) throw badAnswer(`more than ${limit} bytes`);
  if (isDeeperThan(bytes, maxDepth)) throw badAnswer("JSON that is nested too deep");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Json;
  } catch {
    throw badAnswer("something that is no JSON");
  }
}

/** An answer that no Rota server gives. */
export const badAnswer = (what: string): TargetError =>
  new TargetError("BAD_ANSWER", `The server answered with ${what}. Is this the address of a Rota server?`);
