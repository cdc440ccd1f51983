import {
  envelope,
  instant,
  notFound,
  nullable,
  organization,
  orgParams,
  refusals,
  stale,
} from "./schemas.ts";

const tags = ["providers"];
const text = { type: "string" } as const;
const kind = { type: "string", enum: ["ssh", "host", "http"] } as const;
const declaration = {
  type: "object",
  additionalProperties: true,
  description: "As rota.yaml declares it, defaults left out; secrets by name",
} as const;
const item = {
  type: "object",
  properties: {
    name: text,
    kind,
    provider: declaration,
    managed_by: nullable({ type: "string", description: "The scope that owns it" }),
    digest: text,
    etag: { type: "string", description: "To be sent back, in quotes, as If-Match" },
    created_by: text,
    created_at: instant,
    updated_by: text,
    updated_at: instant,
  },
} as const;
const one = {
  type: "object",
  required: ["org", "name"],
  properties: { org: organization, name: text },
} as const;
const ifMatchHeader = {
  "if-match": { type: "string", description: "The ETag that was seen; 412 when it is another by now" },
} as const;

export const listSchema = {
  tags,
  summary: "List providers",
  description: "The places that steps run at. Needs AllowList on providers.",
  params: orgParams,
  response: {
    200: {
      description: "By name",
      type: "object",
      properties: { items: { type: "array", items: item } },
    },
    ...refusals,
  },
} as const;

export const getSchema = {
  tags,
  summary: "Read a provider",
  params: one,
  response: { 200: { description: "The provider", ...item }, ...refusals, 404: notFound },
} as const;

export const putSchema = {
  tags,
  summary: "Make or change a provider",
  description:
    "Making needs AllowPost on providers, changing AllowPut. Whoever may do either can use every secret of the organization.",
  params: one,
  headers: {
    type: "object",
    properties: {
      ...ifMatchHeader,
      "if-none-match": { type: "string", description: "`*` for a create; 412 when there is one" },
    },
  },
  body: {
    type: "object",
    required: ["provider"],
    properties: {
      provider: declaration,
      managed_by: nullable({ type: "string", description: "Scope that owns it; absent: as it was" }),
    },
  },
  response: { 200: { description: "It is live", ...item }, ...refusals, 404: notFound, 412: stale },
} as const;

export const deleteSchema = {
  tags,
  summary: "Delete a provider",
  description: "Actions that name it stay; their steps there end with a sentence.",
  params: one,
  headers: { type: "object", properties: ifMatchHeader },
  response: { 200: { description: "Deleted", ...envelope }, ...refusals, 404: notFound, 412: stale },
} as const;

export const testSchema = {
  tags,
  summary: "Try whether a provider can be reached",
  description:
    "Really connects, with the stored credentials, to the declared host alone; `local` is the sandbox. Needs AllowPost on the provider.",
  params: one,
  response: {
    200: {
      description: "What came of it",
      type: "object",
      properties: {
        name: text,
        kind: { type: "string", enum: ["local", "ssh", "host", "http"] },
        reachable: { type: "boolean" },
        message: { type: "string", description: "A sentence" },
        duration: { type: "integer", description: "ms" },
      },
    },
    ...refusals,
    404: notFound,
  },
} as const;
