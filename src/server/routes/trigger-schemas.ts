import { states } from "./run-schemas.ts";
import { envelope, notFound, nullable, organization, orgParams, refusals } from "./schemas.ts";

const text = { type: "string" } as const;
const conflict = {
  409: { ...notFound, description: "It needs approval, or no alert may start it" },
} as const;
const destinationParams = {
  type: "object",
  required: ["org", "name"],
  properties: { org: organization, name: text },
} as const;

export const triggerSchema = {
  tags: ["runs"],
  summary: "Run a real-time action for OpenObserve",
  description:
    "What OpenObserve sends to its action server, and what that answers. Each call is a run. Needs AllowPost on the action.",
  params: {
    type: "object",
    required: ["org", "id"],
    properties: { org: organization, id: { type: "string", description: "Id or name of the action" } },
  },
  body: {
    type: "object",
    required: ["inputs"],
    properties: {
      inputs: { type: "array", items: {} },
      trigger_source: nullable({ type: "string", maxLength: 40, description: "alerts, search or manual" }),
      trace_id: nullable({ type: "string", maxLength: 200, description: "Not looked at" }),
    },
  },
  response: {
    200: {
      description: "What it returned, or why it did not",
      type: "object",
      properties: {
        result: { type: "object", properties: { Success: { type: "array", items: {} }, Failure: text } },
      },
    },
    ...refusals,
    404: notFound,
    ...conflict,
  },
} as const;

export const deliverSchema = {
  tags: ["alerts"],
  summary: "Start the action of a destination",
  description:
    "For webhooks: the body is the message, an object for one record or a list of records. Answers as soon as the run is there. Needs AllowPost on the destination and on the action.",
  params: destinationParams,
  response: {
    200: {
      description: "It was started",
      ...envelope,
      properties: { ...envelope.properties, run: text, state: { type: "string", enum: states } },
    },
    ...refusals,
    404: notFound,
    ...conflict,
  },
} as const;

export const testSchema = {
  tags: ["alerts"],
  summary: "Try a destination before it is saved",
  description: "As OpenObserve has it; Rota sends nothing to destinations that are not saved.",
  params: orgParams,
  body: { type: "object", properties: { type: nullable(text) } },
  response: {
    200: {
      description: "What came of it",
      type: "object",
      properties: {
        success: { type: "boolean" },
        statusCode: nullable({ type: "integer" }),
        responseBody: nullable(text),
        error: nullable(text),
      },
    },
    ...refusals,
  },
} as const;

export const testSendSchema = {
  tags: ["alerts"],
  summary: "Send a sample to a destination",
  description:
    "Really runs its action, with a sample that is marked [TEST]. Six a minute. Needs AllowPut on the destination and AllowPost on the action.",
  params: destinationParams,
  body: {
    type: "object",
    properties: {
      template_name: nullable({ type: "string", description: "Of a saved template" }),
      definition: nullable({ type: "object", additionalProperties: true, description: "A content spec" }),
    },
  },
  response: {
    200: {
      description: "The action ran and succeeded",
      type: "object",
      properties: { success: { type: "boolean" }, message: text },
    },
    ...refusals,
    404: notFound,
    ...conflict,
  },
} as const;
