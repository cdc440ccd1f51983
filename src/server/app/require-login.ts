import type { FastifyInstance } from "fastify";
import type { Authenticate } from "../../access/index.ts";
import { HttpError } from "../http-error.ts";
import { openRoutes } from "./open-routes.ts";
import { sentSignature } from "./sent-signature.ts";

const organizationForm = /^[A-Za-z0-9_-]{1,128}$/;

/** Whether a text may be the name of an organization. */
export const isOrganization = (text: string): boolean => organizationForm.test(text);

/** Authenticates every request before its body is read, except on the open routes. */
export function requireLogin(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest("principal", undefined);
  app.decorateRequest("rawBody", undefined);
  app.addHook("onRequest", async (request, reply) => {
    if (request.is404) return;
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (openRoutes.has(`${method} ${request.routeOptions.url}`)) return;
    reply.header("cache-control", "no-store");
    const { org: organization } = request.params as { org?: string };
    if (organization === undefined) throw new HttpError(401, "Unauthorized Access");
    request.principal = await authenticate({
      authorization: request.headers.authorization,
      organization,
      address: request.ip,
      signature: sentSignature(request),
    });
    if (!isOrganization(organization)) throw new HttpError(400, "That is no name of an organization");
  });
}
