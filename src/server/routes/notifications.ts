import type { FastifyInstance } from "fastify";
import { requirePermission } from "../../access/index.ts";
import { runJson } from "../../core/wire/run-json.ts";
import { principalOf } from "../app/request.ts";
import type { Parts } from "../parts.ts";
import { findAction } from "../runs/find-action.ts";
import { actionParams, runObject } from "./run-schemas.ts";
import { notFound, refusals } from "./schemas.ts";

const schema = {
  tags: ["runs"],
  summary: "Send a test of an action's notifications",
  description:
    "Each entry of its notify is sent once, with event `test`; an action that notify names is really run. Needs AllowPost on runs of the action.",
  params: actionParams,
  response: {
    201: {
      description: "The runs that deliver them",
      type: "object",
      properties: { items: { type: "array", items: runObject } },
    },
    ...refusals,
    404: notFound,
  },
} as const;

/** Notifications: sent by runs; here they are tried. */
export function notificationRoutes(app: FastifyInstance, parts: Parts): void {
  app.post<{ Params: { org: string; id: string } }>(
    "/api/:org/actions/:id/notifications/test",
    { schema },
    async (request, reply) => {
      const principal = principalOf(request);
      const { organization, email: actor, address } = principal;
      const { id: actionId, name } = await findAction(parts, organization, request.params.id);
      requirePermission(principal, { type: "runs", id: actionId, name, verb: "Post" });
      const runs = await parts.runs.testNotifications({ organization, actionId, actor, address });
      reply.code(201);
      return { items: runs.map(runJson) };
    },
  );
}
