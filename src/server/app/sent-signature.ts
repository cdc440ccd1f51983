import type { FastifyRequest } from "fastify";

/** The one route that a signed address may lead to, as method and exact pattern. */
const signedRoute = "POST /api/:org/alerts/:receiver";

/** The signature of a receiver's address in a request to that route; undefined elsewhere, and where none is sent. */
export function sentSignature(
  request: FastifyRequest,
): { readonly receiver: string; readonly text: string } | undefined {
  if (`${request.method} ${request.routeOptions.url}` !== signedRoute) return undefined;
  const { signature } = request.query as { signature?: unknown };
  const { receiver } = request.params as { receiver: string };
  return typeof signature === "string" && signature.length <= 100 ? { receiver, text: signature } : undefined;
}
