import type { Json } from "../../../core/json.ts";
import { isDeeperThan } from "../../../core/wire/json-depth.ts";
import { TargetError } from "../target-error.ts";

/** Deeper than anything that a Rota server answers. */
const maxDepth = 200;

/**
 * The text of an answer of at most `limit` bytes; undefined when there are more. Decoded as it comes: the
 * bytes of a list of 10,000 actions, joined first, were 10 MB more. With `fatal` it throws for what is
 * not UTF-8.
 */
export async function readText(
  response: Response,
  limit: number,
  options: { readonly fatal: boolean },
): Promise<string | undefined> {
  if (response.body === null) return "";
  const decoder = new TextDecoder("utf-8", options);
  let text = "";
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream, and the connection with it.
    if (size > limit) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * The JSON of an answer. `flat`: only texts of its items are read, so nesting reaches nothing that recurses
 * and is not looked for, which takes 10 ms for a list of 10,000.
 *
 * @throws TargetError BAD_ANSWER when it is too large, too deep or no JSON
 */
export async function readJson(response: Response, limit: number, flat: boolean): Promise<Json> {
  const text = await readText(response, limit, { fatal: true }).catch((error: unknown) => {
    if (error instanceof TypeError && "code" in error && error.code === "ERR_ENCODING_INVALID_ENCODED_DATA")
      throw badAnswer("something that is no text");
    throw error;
  });
  if (text === undefined) throw badAnswer(`more than ${limit} bytes`);
  if (!flat && isDeeperThan(Buffer.from(text), maxDepth)) throw badAnswer("JSON that is nested too deep");
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw badAnswer("something that is no JSON");
  }
}

/** An answer that no Rota server gives. */
export const badAnswer = (what: string): TargetError =>
  new TargetError("BAD_ANSWER", `The server answered with ${what}. Is this the address of a Rota server?`);
