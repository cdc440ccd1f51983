import type { FastifyInstance } from "fastify";
import type { Authenticate } from "../../access/index.ts";
import { HttpError } from "../http-error.ts";
import { sessionCookie } from "../sign-in/cookie.ts";
import { requireSameOrigin } from "../sign-in/same-origin.ts";
import { openRoutes } from "./open-routes.ts";
import { sentSignature } from "./sent-signature.ts";

const organizationForm = /^[A-Za-z0-9_-]{1,128}$/;

/** Whether a text may be the name of an organization. */
export const isOrganization = (text: string): boolean => organizationForm.test(text);

export interface LoginNeeds {
  readonly authenticate: Authenticate;
  /** Where browsers find this server; undefined: where a request went. */
  readonly publicUrl: string | undefined;
}

/** Authenticates every request before its body is read, except on the open routes. */
export function requireLogin(app: FastifyInstance, { authenticate, publicUrl }: LoginNeeds): void {
  const cookie = sessionCookie(publicUrl);
  app.decorateRequest("principal", undefined);
  app.decorateRequest("rawBody", undefined);
  app.addHook("onRequest", async (request, reply) => {
    if (request.is404) return;
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (openRoutes.has(`${method} ${request.routeOptions.url}`)) return;
    reply.header("cache-control", "no-store");
    const { org: organization } = request.params as { org?: string };
    if (organization === undefined) throw new HttpError(401, "Unauthorized Access");
    const { authorization } = request.headers;
    const session = authorization === undefined ? cookie.read(request) : undefined;
    if (session !== undefined) requireSameOrigin(request, publicUrl);
    request.principal = await authenticate({
      authorization,
      session,
      organization,
      address: request.ip,
      signature: sentSignature(request),
    });
    if (!isOrganization(organization)) throw new HttpError(400, "That is no name of an organization");
  });
}
