import type { IncomingMessage } from "node:http";
import type { HttpProgram } from "../../runs/ports/executor.ts";
import type { Hop } from "./request-once.ts";
import { shownUrl } from "./shown-url.ts";

/** A request that a redirect may have led to. */
export interface Led extends Hop {
  readonly trusted: boolean;
}

/**
 * Where an answer leads: the next request, why there is none, or undefined where it is the answer itself. What the
 * step sends (its headers may be secrets) and what its host is trusted with goes no further than to the same origin;
 * what has left it never gets that back.
 */
export function redirectOf(
  program: HttpProgram,
  hop: Led,
  { statusCode: status = 0, headers }: Pick<IncomingMessage, "statusCode" | "headers">,
): Led | { readonly problem: string } | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  if (program.expectStatus?.includes(status)) return undefined;
  if (program.method !== "GET" && program.method !== "HEAD") return undefined;
  const url = URL.canParse(location, hop.url.href) ? new URL(location, hop.url.href) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.username || url.password)
    return { problem: `${shownUrl(hop.url)} redirects to what is no address of the web.` };
  if (hop.url.protocol === "https:" && url.protocol === "http:")
    return {
      problem: `${shownUrl(hop.url)} redirects to ${shownUrl(url)}: from https to http no redirect is followed.`,
    };
  url.hash = "";
  const isSame = url.origin === hop.url.origin;
  return {
    method: hop.method,
    url,
    headers: isSame ? hop.headers : {},
    body: isSame ? hop.body : undefined,
    trusted: hop.trusted && url.hostname === hop.url.hostname,
  };
}
