import { instant, notFound, nullable, organization, orgParams, refusals, stale } from "./schemas.ts";

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const types = ["scheduled", "realtime", "runbook"] as const;
const permissionsNote =
  "Lists need AllowList on action_scripts, reading AllowGet, creating AllowPost, changing AllowPut, deleting AllowDelete.";

const extras = {
  digest: { type: "string", description: "Of the effective action and its code" },
  code_digest: text,
  version: { type: "integer", description: "From 1; each upload or change makes one" },
  zip_file_name: text,
  description: { type: "string", description: "Its last line names the owner: managed-by: rota/<scope>" },
  etag: { type: "string", description: "To be sent back, in quotes, as If-Match" },
  managed_by: nullable(text),
  protect: flag,
  enabled: flag,
  type: { type: "string", enum: types },
  category: nullable(text),
  tags: { type: "array", items: text },
  owner: { type: "string", nullable: true, description: "The person or team to ask" },
} as const;
const word = { type: "string", enum: ["once", "repeat", "service"] } as const;

const listItem = {
  type: "object",
  properties: {
    id: text,
    name: text,
    created_at: instant,
    last_run_at: { type: "integer", description: "µs; equals created_at when it never ran" },
    last_successful_at: nullable(instant),
    created_by: text,
    status: { type: "string", enum: ["Ready", "Running", "Errored", "Completed"] },
    execution_details_type: word,
    starred: { type: "boolean", description: "A favourite of whoever asks" },
    ...extras,
  },
} as const;

const details = {
  type: "object",
  properties: {
    id: text,
    name: text,
    environment_variables: { type: "object", additionalProperties: text },
    execution_details: word,
    cron_expr: nullable(text),
    service_account: text,
    created_at: instant,
    created_by: text,
    updated_at: instant,
    updated_by: text,
    ...extras,
    action: {
      type: "object",
      additionalProperties: true,
      description: "The whole action, as a manifest says it",
    },
  },
} as const;

const written = {
  description: "It is live",
  type: "object",
  properties: { uuid: text, version: { type: "integer" }, digest: text, etag: text },
} as const;

const idParams = {
  type: "object",
  required: ["org", "id"],
  properties: { org: organization, id: { type: "string", description: "KSUID" } },
} as const;

const ifMatchHeader = {
  type: "object",
  properties: {
    "if-match": { type: "string", description: "The ETag that was seen; 412 when it is another by now" },
  },
} as const;

const tags = ["actions"];

export const listSchema = {
  tags,
  summary: "List actions, newest first",
  description: permissionsNote,
  params: orgParams,
  querystring: {
    type: "object",
    properties: {
      name: { type: "string", description: "This one alone" },
      category: { type: "string", minLength: 1, maxLength: 64 },
      tag: { type: "string", minLength: 1, maxLength: 64 },
      search: {
        type: "string",
        maxLength: 500,
        description: "Words, each of them in the name, the description or a tag; case does not matter",
      },
      type: { type: "string", enum: types },
      starred: { type: "boolean", description: "true: favourites of whoever asks alone" },
    },
  },
  response: { 200: { description: "All of them", type: "array", items: listItem }, ...refusals },
} as const;

export const categoriesSchema = {
  tags,
  summary: "List the categories of actions",
  description: "The five standard ones, then those that actions name besides.",
  params: orgParams,
  response: {
    200: {
      description: "Each with the number of its actions",
      type: "object",
      properties: {
        items: {
          type: "array",
          items: { type: "object", properties: { name: text, standard: flag, actions: { type: "integer" } } },
        },
        without: { type: "integer", description: "Actions that name none" },
      },
    },
    ...refusals,
  },
} as const;

export const getSchema = {
  tags,
  summary: "Read an action",
  params: idParams,
  response: { 200: { description: "The action", ...details }, ...refusals },
} as const;

export const deleteSchema = {
  tags,
  summary: "Delete an action",
  params: idParams,
  headers: ifMatchHeader,
  response: {
    200: { description: "Deleted", type: "object", properties: { code: { type: "integer" }, message: text } },
    ...refusals,
    404: notFound,
    412: stale,
  },
} as const;

export const bulkBody = {
  type: "object",
  required: ["ids"],
  properties: { ids: { type: "array", maxItems: 10_000, items: text } },
} as const;
export const bulkAnswer = {
  description: "What became of each",
  type: "object",
  properties: {
    successful: { type: "array", items: text },
    unsuccessful: { type: "array", items: text },
    err: nullable(text),
  },
} as const;

export const bulkSchema = {
  tags,
  summary: "Delete several actions",
  description: "All ids and permissions are checked before anything is deleted.",
  params: orgParams,
  body: bulkBody,
  response: { 200: bulkAnswer, ...refusals },
} as const;

export const downloadSchema = {
  tags,
  summary: "Download an action's archive",
  params: idParams,
  response: {
    200: {
      description: "The archive as it was uploaded",
      content: { "application/zip": { schema: { type: "string", format: "binary" } } },
    },
    ...refusals,
    404: notFound,
  },
} as const;

export const putSchema = {
  tags,
  summary: "Change the fields of an action",
  description:
    "What is left out stays. `environment_variables` replaces all plain ones. With `action` the whole action is said at once; its type cannot change.",
  params: idParams,
  headers: ifMatchHeader,
  body: {
    type: "object",
    properties: {
      name: nullable(text),
      description: nullable(text),
      environment_variables: { description: "Object of texts; keys are upper-case" },
      cron_expr: nullable(text),
      service_account: nullable(text),
      action: { type: "object", nullable: true, additionalProperties: true },
      manifest: { type: "string", nullable: true, maxLength: 262_144 },
      managed_by: nullable(text),
    },
  },
  response: { 200: written, ...refusals, 404: notFound, 412: stale },
} as const;

/** Documents the form; the handler reads it as it streams. */
export const uploadSchema = {
  tags,
  summary: "Create an action, or give one new code",
  description:
    "OpenObserve's form, and beside it what that form cannot say. With `id` it is an update. The archive needs `main.py` at its top; one common top folder is stripped unless `code_digest` is sent.",
  consumes: ["multipart/form-data"],
  params: orgParams,
  headers: {
    type: "object",
    properties: {
      "if-match": { type: "string", description: "For an update" },
      "if-none-match": { type: "string", description: "`*` for a create" },
    },
  },
  body: {
    type: "object",
    required: ["name", "owner", "file", "filename", "execution_details"],
    properties: {
      name: text,
      owner: { type: "string", description: "Must be there; who uploads is known by the login" },
      file: { type: "string", format: "binary" },
      filename: text,
      execution_details: word,
      service_account: { type: "string", description: "E-mail; its rights are those of the code" },
      description: text,
      cron_expr: text,
      environment_variables: { type: "string", description: "JSON object of texts" },
      id: { type: "string", description: "Update this one" },
      action: { type: "string", description: "The whole action as JSON; the form must agree with it" },
      manifest: { type: "string", description: "Raw text of action.yaml, kept for export" },
      managed_by: { type: "string", description: "Scope that owns it" },
      code_digest: { type: "string", description: "Of the files; refused when they have another one" },
    },
  },
  response: { 200: written, ...refusals, 412: stale, 413: { description: "Too large" } },
} as const;
