import type { FastifyInstance, FastifyRequest } from "fastify";
import { requirePermission } from "../../access/index.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { principalOf } from "../app/request.ts";
import type { Parts } from "../parts.ts";
import { findAction, unknownAction } from "../runs/find-action.ts";
import { actionParams } from "./run-schemas.ts";
import { envelope, notFound, refusals } from "./schemas.ts";

const tags = ["actions"];
const note =
  "Favourites are each person's own: whoever may read the action may mark it, and nobody else sees it. They end with the action and with the person.";
const response = { 200: { description: "It is so now", ...envelope }, ...refusals, 404: notFound };
const starSchema = {
  tags,
  summary: "Mark an action as a favourite",
  description: note,
  params: actionParams,
  response,
} as const;
const unstarSchema = {
  tags,
  summary: "Take the mark of a favourite off",
  description: note,
  params: actionParams,
  response,
} as const;

interface One {
  Params: { org: string; id: string };
}

/** Favourites of whoever asks. */
export function starRoutes(app: FastifyInstance, parts: Parts): void {
  const path = "/api/:org/actions/:id/star";
  const { access } = parts.store;
  const read = async (request: FastifyRequest<One>) => {
    const principal = principalOf(request);
    const { organization, email } = principal;
    const { id: actionId, name } = await findAction(parts, organization, request.params.id);
    requirePermission(principal, { type: "action_scripts", id: actionId, name, verb: "Get" });
    return { organization, email, actionId };
  };

  app.put<One>(path, { schema: starSchema }, async (request) => {
    const star = await read(request);
    const written = await access.putStar({ ...star, at: fromMilliseconds(parts.now()) });
    // Deleted between the two.
    if (written === "missing") throw unknownAction();
    return { code: 200, message: "It is a favourite" };
  });

  app.delete<One>(path, { schema: unstarSchema }, async (request) => {
    await access.removeStar(await read(request));
    return { code: 200, message: "It is no favourite" };
  });
}
