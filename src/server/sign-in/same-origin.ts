import type { FastifyRequest } from "fastify";
import { HttpError } from "../http-error.ts";

/**
 * A browser sends cookies along with requests that other sites make it send. So whatever changes something and comes
 * with a cookie must say that a page of this server made it: by `Origin`, or where a browser sends none, by
 * `Sec-Fetch-Site`; both are the browser's own words that no page can change.
 *
 * @param publicUrl where browsers find this server; undefined: where the request went
 * @throws HttpError 403
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  if (isSafe(request)) return;
  if (!saysWhere(request)) throw refused("it does not say which page made it");
  refuseForeign(request, publicUrl);
}

/**
 * The same for a request without a cookie, like a login: programs that are no browser say nothing.
 * @throws HttpError 403
 */
export function refuseForeign(request: FastifyRequest, publicUrl: string | undefined): void {
  const { origin, "sec-fetch-site": site } = request.headers;
  if (origin !== undefined && !ownOrigins(request, publicUrl).includes(origin))
    throw refused("it was made by a page of another origin");
  if (site !== undefined && site !== "same-origin") throw refused("it was made by a page of another origin");
}

const isSafe = ({ method }: FastifyRequest): boolean => method === "GET" || method === "HEAD";

const saysWhere = ({ headers }: FastifyRequest): boolean =>
  headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;

/** Without a public address a proxy may add TLS and leave Host as it is, so either scheme is this server. */
function ownOrigins({ headers }: FastifyRequest, publicUrl: string | undefined): readonly string[] {
  if (publicUrl !== undefined) return [new URL(publicUrl).origin];
  const host = headers.host?.toLowerCase();
  return host === undefined || host === "" ? [] : [`http://${host}`, `https://${host}`];
}

const refused = (why: string): HttpError =>
  new HttpError(
    403,
    `The request is refused because ${why}. Behind a proxy, set ROTA_PUBLIC_URL to the address that browsers use; programs log in with an Authorization header.`,
  );
