import type { FastifyRequest } from "fastify";
import { type AuditAttempts, claimedBy, claimedEmail } from "../../access/index.ts";
import { isOrganization } from "./require-login.ts";
import { sentSignature } from "./sent-signature.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Every refusal of the route is audited, under this action: "approve". Others only 401, 403 and 429. */
    refusedAs?: string;
  }
}
export type RecordRefusal = (request: FastifyRequest, status: number, message: string) => Promise<void>;

/** Who a request that was not let in says it is from; undefined: nobody. */
function claimed(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) return claimedBy(authorization);
  const { email } = loginOf(request);
  if (email !== undefined) return claimedEmail(email);
  const signature = sentSignature(request);
  return signature && `receiver:${signature.receiver}`;
}

/** What is sent to sign in with a browser: who it is said to be is in the body. */
function loginOf({ method, routeOptions, body }: FastifyRequest): { email?: string; organization?: string } {
  const sent =
    method === "POST" && routeOptions.url === "/login" ? ((body ?? {}) as Record<string, unknown>) : {};
  const { email, organization } = sent;
  return {
    ...(typeof email === "string" && { email: email.toLowerCase() }),
    ...(typeof organization === "string" && { organization }),
  };
}

const always: readonly number[] = [401, 403, 429];

/** Has refused attempts written down, if they name somebody. */
export const recordRefusals =
  (attempts: Pick<AuditAttempts, "refused">): RecordRefusal =>
  async (request, status, message) => {
    const { url, config } = request.routeOptions;
    const { refusedAs } = config;
    const isRefused = always.includes(status) || (refusedAs !== undefined && status >= 400 && status < 500);
    const actor = request.principal?.email ?? claimed(request);
    if (!isRefused || url === undefined || actor === undefined) return;
    const { org = loginOf(request).organization } = (request.params ?? {}) as { org?: string };
    await attempts.refused({
      organization: org !== undefined && isOrganization(org) ? org : "default",
      actor,
      isKnown: request.principal !== undefined,
      address: request.ip,
      action: request.principal === undefined ? "login" : (refusedAs ?? "request"),
      route: `${request.method} ${url}`,
      message,
    });
  };
