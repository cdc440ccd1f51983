import type { IncomingMessage } from "node:http";
import type { SecureContext } from "node:tls";
import type { HttpProgram } from "../../runs/ports/executor.ts";
import { bytesText } from "../end/amounts.ts";
import type { Ending } from "../end/outcome.ts";
import { answerResult } from "./answer-result.ts";
import { checkedAddresses, type Reach } from "./checked-addresses.ts";
import { mediaTypeOf } from "./content-type.ts";
import { disappointment, statusText } from "./expectations.ts";
import { failureText } from "./failure-text.ts";
import { type Body, readBody, TooLong } from "./read-body.ts";
import { type Led, redirectOf } from "./redirect.ts";
import { requestOnce } from "./request-once.ts";
import { shownUrl } from "./shown-url.ts";
import { sizeText } from "./size-text.ts";

/** What requests are made with. */
export interface HttpSettings extends Reach {
  /** Certificates to trust; undefined: those that Node trusts. */
  readonly secureContext: SecureContext | undefined;
}

export interface Told {
  readonly stream: "stdout" | "system";
  readonly text: string;
}

export interface Exchange {
  readonly program: HttpProgram;
  /** Bytes of the body. */
  readonly limit: number;
  readonly settings: HttpSettings;
  /** Ends it, wherever it is; what it rejects with then is of no account. */
  readonly signal: AbortSignal;
  tell(told: Told): Promise<void>;
}

export type Exchanged = Ending & { readonly result?: Uint8Array };

const mostRedirects = 5;

/** Makes a request, follows where it leads, and looks whether the answer is as expected. */
export async function exchange(asked: Exchange): Promise<Exchanged> {
  const { program } = asked;
  let hop: Led = { ...program, url: new URL(program.url) };
  for (let redirects = 0; ; redirects++) {
    const answered = await answerTo(hop, redirects > 0, asked);
    if (!("response" in answered)) return answered;
    const { response } = answered;
    try {
      const next = await looked(hop, answered, asked);
      if (!("url" in next)) return next;
      if (redirects === mostRedirects)
        return failed(`More than ${mostRedirects} redirects: the last was to ${shownUrl(next.url)}.`);
      hop = next;
    } finally {
      response.destroy(); // the connection ends with it, whatever came between
    }
  }
}

/** Where the answer leads, or what comes of it. */
async function looked(hop: Led, { response, told }: Answered, asked: Exchange): Promise<Led | Exchanged> {
  const next = redirectOf(asked.program, hop, response);
  const to = next !== undefined && "url" in next ? `, to ${shownUrl(next.url)}` : "";
  await asked.tell({ stream: "system", text: `${told}${to}` });
  if (next === undefined) return judged(hop, response, asked);
  return "problem" in next ? failed(next.problem) : next;
}

const failed = (reason: string): Ending => ({ end: "failed", reason });

interface Answered {
  readonly response: IncomingMessage;
  readonly told: string;
}

/** The answer as far as its headers, and a line that tells of it. */
async function answerTo(
  hop: Led,
  redirected: boolean,
  { settings, signal }: Exchange,
): Promise<Answered | Ending> {
  const began = performance.now();
  try {
    const addresses = await checkedAddresses(hop.url, { trusted: hop.trusted, redirected }, settings, signal);
    if ("refused" in addresses)
      return { end: redirected ? "failed" : "not_started", reason: addresses.refused };
    const response = await requestOnce(hop, addresses, settings.secureContext, signal);
    const length = Number(response.headers["content-length"]);
    const facts = [
      statusText(response.statusCode ?? 0),
      ...(Number.isSafeInteger(length) && hop.method !== "HEAD" ? [sizeText(length)] : []),
      `${Math.round(performance.now() - began)} ms`,
    ];
    return { response, told: `${hop.method} ${shownUrl(hop.url)} → ${facts.join(", ")}` };
  } catch (error) {
    return failed(failureText(error, hop.url));
  }
}

async function judged(hop: Led, response: IncomingMessage, asked: Exchange): Promise<Exchanged> {
  const { program, limit, signal } = asked;
  let body: Body;
  try {
    const show = (text: string) => asked.tell({ stream: "stdout", text });
    body = await readBody(response, { limit, contains: program.expectContains, show }, signal);
  } catch (error) {
    return error instanceof TooLong
      ? {
          end: "output_limit",
          reason: `The answer's body is longer than ${bytesText(limit)} (resources.output).`,
        }
      : failed(failureText(error, hop.url));
  }
  if (body.isBinary) {
    const type = mediaTypeOf(response.headers["content-type"]).slice(0, 100) || "no type";
    const text = `The body is no text and not shown: ${sizeText(body.bytes)} of ${type}.`;
    await asked.tell({ stream: "system", text });
  }
  const wrong = disappointment(program, response, body);
  if (wrong !== undefined) return failed(wrong);
  return { end: "succeeded", reason: undefined, result: answerResult(response, body) };
}
