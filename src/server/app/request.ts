import type { FastifyRequest } from "fastify";
import type { Principal } from "../../access/index.ts";
import { HttpError } from "../http-error.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; undefined on open routes alone. */
    principal: Principal | undefined;
    /** The body of a JSON request as it came. */
    rawBody: Buffer | undefined;
  }
}

/** Who asks. Every route that is not open has one; without, nothing is done. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new HttpError(401, "Unauthorized Access");
  return request.principal;
}

/** The ETag of If-Match without its quotes; undefined: none was sent, or `*`. @throws HttpError 400 for several. */
export function ifMatch(request: FastifyRequest): string | undefined {
  const header = request.headers["if-match"]?.trim();
  if (header === undefined || header === "*") return undefined;
  const [, etag] = /^"?([\x21\x23-\x2b\x2d-\x7e]{1,200})"?$/.exec(header) ?? [];
  if (etag === undefined) throw new HttpError(400, 'If-Match must be one ETag in quotes, as in "12-3fa9"');
  return etag;
}

/** An ETag as a header has it. */
export const quoted = (etag: string): string => `"${etag}"`;
