import type { FastifyRequest } from "fastify";
import { requirePermission } from "../../access/index.ts";
import type { Verb } from "../../core/access/grant.ts";
import { fromMilliseconds } from "../../core/time.ts";
import type { WrittenBy } from "../../registry/ports/destinations.ts";
import { principalOf } from "../app/request.ts";
import type { Parts } from "../parts.ts";

/** Who asks for something, as the audit tells it, if they may. `name` undefined: of all of them. @throws AccessError FORBIDDEN. */
export function requireMay(
  parts: Pick<Parts, "now">,
  request: FastifyRequest,
  type: "destination" | "template",
  verb: Verb,
  name: string | undefined,
): WrittenBy {
  const principal = principalOf(request);
  requirePermission(principal, { type, id: name, verb });
  const { organization, email: actor, address } = principal;
  return { organization, actor, address, now: fromMilliseconds(parts.now()) };
}
