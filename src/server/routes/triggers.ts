import type { FastifyInstance } from "fastify";
import { requirePermission } from "../../access/index.ts";
import type { Json } from "../../core/json.ts";
import { actionInputs } from "../../core/wire/destinations/action-inputs.ts";
import { readTriggerSource, type TriggerSource } from "../../core/wire/destinations/trigger-source.ts";
import { rawMember } from "../../core/wire/raw-member.ts";
import { principalOf } from "../app/request.ts";
import { findActionDestination } from "../destinations/find-destination.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { inputLimit, startAndWait, startRun, whileWanted } from "../runs/ask-run.ts";
import { findAction } from "../runs/find-action.ts";
import { requireEnabled } from "../runs/require-enabled.ts";
import { sendTriggerAnswer } from "../runs/trigger-answer.ts";
import { deliverSchema, triggerSchema } from "./trigger-schemas.ts";

interface TriggerBody {
  readonly inputs: readonly Json[];
  readonly trigger_source?: string | null;
}

const triggerOf = {
  alerts: { kind: "destination", destination: null },
  search: { kind: "search" },
  manual: { kind: "test" },
} as const satisfies Record<TriggerSource, object>;

/** Starting real-time actions as OpenObserve does: with the request of its own, or with what its webhooks send. */
export function triggerRoutes(app: FastifyInstance, parts: Parts): void {
  app.post<{ Params: { org: string; id: string }; Body: TriggerBody }>(
    "/api/:org/actions/:id/trigger",
    { schema: triggerSchema, bodyLimit: inputLimit },
    async (request, reply) => {
      const principal = principalOf(request);
      const sent = request.body.trigger_source ?? "manual";
      const source = readTriggerSource(sent);
      if (source === undefined)
        throw new HttpError(400, "trigger_source must be alerts, search or manual; case does not matter");
      const action = await findAction(parts, principal.organization, request.params.id);
      if (source === "alerts") requireEnabled(action);
      const input = rawMember(request.rawBody!, "inputs")!;
      const ask = { action, trigger: triggerOf[source], parameters: {}, input };
      const run = await startAndWait(parts, principal, ask, whileWanted(parts, request, reply));
      return sendTriggerAnswer(parts, run, reply);
    },
  );

  app.post<{ Params: { org: string; name: string }; Body: Json }>(
    "/api/:org/alerts/destinations/:name/trigger",
    { schema: deliverSchema, bodyLimit: inputLimit },
    async (request) => {
      const principal = principalOf(request);
      const { organization } = principal;
      const { name } = request.params;
      requirePermission(principal, { type: "destination", id: name, verb: "Post" });
      const { actionId } = await findActionDestination(parts, organization, name);
      const action = await findAction(parts, organization, actionId);
      requireEnabled(action);
      const read = actionInputs(request.rawBody ?? Buffer.from(""));
      if (!read.ok) throw new HttpError(400, read.problem);
      const run = await startRun(parts, principal, {
        action,
        trigger: { kind: "destination", destination: name },
        parameters: {},
        input: read.inputs,
      });
      return { code: 200, message: `${action.name} was started`, run: run.id, state: run.state };
    },
  );
}
