import { receiverKinds } from "../../core/alert/alert.ts";
import { instant, notFound, organization, refusals } from "./schemas.ts";

const tags = ["alerts"];
const text = { type: "string" } as const;
const params = {
  type: "object",
  required: ["org", "receiver"],
  properties: {
    org: organization,
    receiver: { type: "string", description: `${receiverKinds.slice(0, -1).join(", ")} or json` },
  },
} as const;

export const receiveSchema = {
  tags,
  summary: "Send alerts",
  description:
    "What the receiver's sender posts: Alertmanager's and Grafana's webhook messages, whatever a template of OpenObserve came to, or Rota's own JSON form. Starts the actions whose links match. With a login, or at the receiver's signed address without one. At most 4 MiB and 1,000 alerts.",
  params,
  querystring: {
    type: "object",
    properties: { signature: { type: "string", description: "Of a signed address, in place of a login" } },
  },
  response: {
    200: {
      description: "All of it is kept. Starts that were held back are counted; they are no runs.",
      type: "object",
      properties: {
        received: { type: "integer", description: "Alerts of the message" },
        started: {
          type: "array",
          items: { type: "object", properties: { run: text, action: text, alert: text } },
        },
        suppressed: {
          type: "integer",
          description: "Starts that did not come about: a run of the key is alive, a cool-down, a limit",
        },
      },
    },
    ...refusals,
    404: notFound,
  },
} as const;

export const addressSchema = {
  tags,
  summary: "The signed address of a receiver",
  description:
    "For senders that can neither log in nor hold a token: whoever has the address may send alerts to this receiver, and do nothing else. Made when it is first asked for; with `new` the one before ends. Administrators only.",
  params,
  body: {
    type: "object",
    nullable: true,
    properties: { new: { type: "boolean", default: false } },
  },
  response: {
    200: {
      description: "The path with its signature: keep it like a password",
      type: "object",
      properties: { path: text, made_at: instant, made_by: text },
    },
    ...refusals,
    404: notFound,
  },
} as const;
