import { receiverKinds } from "../../core/alert/alert.ts";
import { instant, notFound, nullable, organization, orgParams, refusals } from "./schemas.ts";

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

const querystring = {
  type: "object",
  properties: {
    limit: { type: "integer", minimum: 1, maximum: 1000, default: 50 },
    cursor: { type: "string", maxLength: 1000 },
  },
} as const;
const count = { type: "integer" } as const;
const state = { type: "string", description: "firing or resolved" } as const;
const texts = { type: "object", additionalProperties: text } as const;
const actions = {
  type: "array",
  description: "What it may start, as far as its name tells: one for each link of an action",
  items: {
    type: "object",
    properties: { id: text, name: text, enabled: { type: "boolean" }, start: text },
  },
} as const;
const alert = {
  type: "object",
  properties: {
    name: text,
    state: nullable({ ...state, description: "null: it was declared and never received" }),
    receiver: text,
    declared: { type: "boolean", description: "In rota.yaml" },
    received: { ...count, description: "Repeats too" },
    started: { ...count, description: "Runs" },
    suppressed: { ...count, description: "Starts that did not come about" },
    first_at: nullable(instant),
    last_at: nullable(instant),
    actions,
  },
} as const;
const overflow = {
  type: "object",
  properties: { of: text, name: text, count, first_at: instant, last_at: instant },
} as const;
const outcome = {
  type: "object",
  properties: {
    action_id: text,
    action: text,
    link: { type: "integer", description: "Its place among the action's alerts, from 0" },
    kind: { type: "string", description: "started, refused, failed, disabled, or why it was held back" },
    key: nullable(text),
    run: nullable(text),
    reason: nullable(text),
    count,
    first_at: instant,
    last_at: instant,
  },
} as const;
const entry = {
  type: "object",
  properties: {
    id: text,
    receiver: text,
    state,
    fingerprint: text,
    starts_at: nullable(instant),
    ends_at: nullable(instant),
    url: nullable(text),
    labels: texts,
    annotations: texts,
    count: { ...count, description: "How often the same was said" },
    first_at: instant,
    last_at: instant,
    unmatched: { ...count, description: "Links that it did not match" },
    outcomes: { type: "array", items: outcome },
  },
} as const;

export const listSchema = {
  tags,
  summary: "List alerts",
  description:
    "Every name of an alert that was received, the one heard last first, or declared in rota.yaml.",
  params: orgParams,
  querystring,
  response: {
    200: {
      description: "Alerts, and what was beyond the limits lately",
      type: "object",
      properties: {
        items: { type: "array", items: alert },
        next: nullable(text),
        overflow: { type: "array", items: overflow },
      },
    },
    ...refusals,
  },
} as const;

export const historySchema = {
  tags,
  summary: "The history of an alert",
  description: "What came in, what it matched, what ran. By its name, or by the id of one of its entries.",
  params: {
    type: "object",
    required: ["org", "receiver"],
    properties: {
      org: organization,
      receiver: { type: "string", description: "The alert: its name or an id" },
    },
  },
  querystring,
  response: {
    200: {
      description: "Firings and their ends, the newest first",
      type: "object",
      properties: {
        name: text,
        actions,
        items: { type: "array", items: entry },
        next: nullable(text),
      },
    },
    ...refusals,
    404: notFound,
  },
} as const;
