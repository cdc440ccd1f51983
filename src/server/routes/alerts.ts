import type { FastifyInstance } from "fastify";
import { requirePermission, showReceiverAddress } from "../../access/index.ts";
import { type ReceiverKind, receiverKinds } from "../../core/alert/alert.ts";
import { readAlerts } from "../../core/alert/read/read-alerts.ts";
import type { Json } from "../../core/json.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { alertHistory } from "../alerts/alert-history.ts";
import { listAlerts } from "../alerts/list-alerts.ts";
import { principalOf } from "../app/request.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { addressSchema, historySchema, listSchema, receiveSchema } from "./alert-schemas.ts";

/** Bytes of a message: a thousand alerts of 4 KiB. */
const mostBytes = 4 * 1024 * 1024;

interface OfReceiver {
  Params: { org: string; receiver: string };
}

interface Paged {
  Querystring: { limit: number; cursor?: string };
}

/** Alerts coming in, and what is known of them. */
export function alertRoutes(app: FastifyInstance, parts: Parts): void {
  app.get<Paged>("/api/:org/alerts", { schema: listSchema }, async (request) => {
    const principal = principalOf(request);
    requirePermission(principal, { type: "alert", id: undefined, verb: "List" });
    const { limit, cursor } = request.query;
    return listAlerts(parts, { organization: principal.organization, limit, cursor });
  });

  app.get<Paged & OfReceiver>(
    // The name of an alert: the router has one word for one place of a path.
    "/api/:org/alerts/:receiver/history",
    { schema: historySchema },
    async (request) => {
      const principal = principalOf(request);
      requirePermission(principal, { type: "alert", id: undefined, verb: "Get" });
      const { organization } = principal;
      const { limit, cursor } = request.query;
      return alertHistory(parts, { organization, nameOrId: request.params.receiver, limit, cursor });
    },
  );

  app.post<OfReceiver & { Body: Json | undefined }>(
    "/api/:org/alerts/:receiver",
    { schema: receiveSchema, bodyLimit: mostBytes },
    async (request) => {
      const principal = principalOf(request);
      const { receiver } = request.params;
      requirePermission(principal, { type: "alert", id: receiver, verb: "Post" });
      const kind = requireReceiver(receiver);
      if (request.body === undefined) throw new HttpError(400, "The body is empty: send the alert as JSON");
      const read = readAlerts(kind, request.body, receiver);
      if (!read.ok) throw new HttpError(400, read.problem);
      const { organization, email: sender, address, run: within } = principal;
      return parts.runs.receiveAlerts({
        organization,
        receiver,
        sender,
        address,
        within,
        alerts: read.alerts,
      });
    },
  );

  app.post<OfReceiver & { Body: { new: boolean } | null | undefined }>(
    "/api/:org/alerts/:receiver/address",
    { schema: addressSchema },
    async (request) => {
      const principal = principalOf(request);
      const { receiver } = request.params;
      requireReceiver(receiver);
      const { signature, madeAt, madeBy } = await showReceiverAddress(
        {
          store: parts.store.access,
          receiverAddresses: parts.receiverAddresses,
          principal,
          now: fromMilliseconds(parts.now()),
        },
        { receiver, anew: request.body?.new ?? false },
      );
      const path = `/api/${principal.organization}/alerts/${receiver}?signature=${signature}`;
      return { path, made_at: madeAt, made_by: madeBy };
    },
  );
}

/** @throws HttpError 404 */
function requireReceiver(name: string): ReceiverKind {
  const kind = receiverKinds.find((one) => one === name);
  if (kind === undefined)
    throw new HttpError(404, `There is no such receiver of alerts; there are ${receiverKinds.join(", ")}`);
  return kind;
}
