import { bulkAnswer, bulkBody } from "./action-schemas.ts";
import { envelope, notFound, nullable, organization, orgParams, refusals } from "./schemas.ts";

const tags = ["alerts"];
const text = { type: "string", maxLength: 4096 } as const;
const name = { type: "string", maxLength: 256 } as const;
const texts = { type: "object", maxProperties: 100, additionalProperties: text } as const;
const flag = { type: "boolean" } as const;

/** Forms of what a pipeline writes. */
const outputFormat = {
  anyOf: [
    { type: "string", enum: ["json", "ndjson", "nestedevent"] },
    {
      type: "object",
      required: ["esbulk"],
      properties: { esbulk: { type: "object", required: ["index"], properties: { index: text } } },
    },
    {
      type: "object",
      required: ["stringseparated"],
      properties: {
        stringseparated: { type: "object", required: ["separator"], properties: { separator: text } },
      },
    },
    { type: "null" },
  ],
} as const;
const destination = {
  name: { ...name, description: "No : # ? & % ' \" / and no spaces" },
  type: { type: "string", enum: ["http", "email", "sns", "action"] },
  action_id: { ...name, description: "Of type action: the id of a real-time action" },
  template: { ...name, description: "The name of a template" },
  url: { ...text, description: "Of type action it is worked out, whatever is sent" },
  method: { type: "string", enum: ["post", "put", "get"] },
  skip_tls_verify: flag,
  headers: { ...texts, description: "Kept and shown as they are" },
  emails: { type: "array", maxItems: 1000, items: text },
  sns_topic_arn: text,
  aws_region: text,
  output_format: outputFormat,
  destination_type_name: name,
  metadata: texts,
} as const;
const orNull = (properties: object) =>
  Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [
      key,
      "anyOf" in schema
        ? schema
        : "enum" in schema
          ? { ...nullable(schema), enum: [...schema.enum, null] }
          : nullable(schema),
    ]),
  );
const sent = { type: "object", properties: orNull(destination) };
const one = { type: "object", required: ["org", "name"], properties: { org: organization, name: text } };
const done = { 200: { description: "Done", ...envelope }, ...refusals };
const saved = {
  200: {
    description: "Saved",
    ...envelope,
    properties: { ...envelope.properties, id: { type: "string", description: "KSUID" }, name },
  },
  ...refusals,
};
const module = {
  type: "object",
  properties: {
    module: { type: "string", description: "alert or pipeline; a write without it is of an alert's" },
  },
};

export const listDestinationsSchema = {
  tags,
  summary: "List destinations",
  description: "Needs AllowList on destination.",
  params: orgParams,
  querystring: module,
  response: {
    200: { description: "By name", type: "array", items: { type: "object", properties: destination } },
    ...refusals,
  },
};
export const getDestinationSchema = {
  tags,
  summary: "Read a destination",
  params: one,
  response: {
    200: { description: "The destination", type: "object", properties: destination },
    ...refusals,
    404: notFound,
  },
};
export const createDestinationSchema = {
  tags,
  summary: "Make a destination",
  description:
    "Rota sends to those of type action alone; others are kept for clients that look for them. Needs AllowPost on destination.",
  params: orgParams,
  querystring: module,
  body: sent,
  response: saved,
};
export const updateDestinationSchema = {
  tags,
  summary: "Change a destination",
  description: "What is not sent gets its default; the name stays. Needs AllowPut.",
  params: one,
  querystring: module,
  body: sent,
  response: { ...done, 404: notFound },
};
export const deleteDestinationSchema = {
  tags,
  summary: "Delete a destination",
  params: one,
  response: { ...done, 404: notFound },
};
export const bulkSchema = {
  tags,
  summary: "Delete several",
  description: "All permissions are checked before anything is deleted.",
  params: orgParams,
  body: bulkBody,
  response: { 200: bulkAnswer, ...refusals },
};

const template = {
  name: { ...name, description: "No : # ? & % ' \" / and no spaces" },
  body: { type: "string", maxLength: 500_000, description: "With {name} where a value is to stand" },
  type: { type: "string", enum: ["http", "email", "sns", "action"] },
  title: { ...text, description: "Of type email" },
  kind: { ...name, description: "custom, or content: the body is a content spec" },
  isDefault: { ...flag, nullable: true },
  isPrebuilt: flag,
} as const;
const sentTemplate = { type: "object", properties: orNull(template) };

export const listTemplatesSchema = {
  tags,
  summary: "List alert templates",
  description: "Needs AllowList on template.",
  params: orgParams,
  response: {
    200: { description: "By name", type: "array", items: { type: "object", properties: template } },
    ...refusals,
  },
};
export const getTemplateSchema = {
  tags,
  summary: "Read an alert template",
  params: one,
  response: {
    200: { description: "The template", type: "object", properties: template },
    ...refusals,
    404: notFound,
  },
};
export const createTemplateSchema = {
  tags,
  summary: "Make an alert template",
  description: "Needs AllowPost on template.",
  params: orgParams,
  body: sentTemplate,
  response: saved,
};
export const updateTemplateSchema = {
  tags,
  summary: "Change an alert template",
  description: "A kind that is not sent stays as it was. Needs AllowPut.",
  params: one,
  body: sentTemplate,
  response: { ...done, 404: notFound },
};
export const deleteTemplateSchema = {
  tags,
  summary: "Delete an alert template",
  description: "Refused with 409 while a destination names it.",
  params: one,
  response: { ...done, 404: notFound, 409: { ...notFound, description: "A destination names it" } },
};
