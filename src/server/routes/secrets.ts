import type { FastifyInstance, FastifyRequest } from "fastify";
import { deleteSecret, listSecrets, setSecret } from "../../access/index.ts";
import type { StoredSecret } from "../../access/ports.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { principalOf } from "../app/request.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { envelope, instant, notFound, nullable, organization, orgParams, refusals } from "./schemas.ts";

const tags = ["access"];
const text = { type: "string" } as const;
const item = {
  type: "object",
  properties: {
    name: text,
    source: { type: "string", description: "stored, environment or file" },
    created_at: nullable(instant),
    created_by: nullable(text),
    updated_at: nullable(instant),
    updated_by: nullable(text),
  },
} as const;
const params = {
  type: "object",
  required: ["org", "name"],
  properties: { org: organization, name: text },
} as const;

const listSchema = {
  tags,
  summary: "List secrets",
  description: "Names, and where each comes from. No answer of the API ever holds a value.",
  params: orgParams,
  response: {
    200: {
      description: "Secrets",
      type: "object",
      properties: { items: { type: "array", items: item } },
    },
    ...refusals,
  },
} as const;
const setSchema = {
  tags,
  summary: "Set a secret",
  description:
    "The value is kept byte for byte, in place of the one before: the body itself as application/octet-stream, or a text as JSON. At most 64 KiB.",
  params,
  body: {
    content: {
      "application/octet-stream": { schema: {} },
      "application/json": {
        schema: {
          type: "object",
          required: ["value"],
          additionalProperties: false,
          properties: { value: text },
        },
      },
    },
  },
  response: { 200: { ...item, description: "It is kept" }, ...refusals },
} as const;
const deleteSchema = {
  tags,
  summary: "Delete a secret",
  params,
  response: { 200: { description: "It is forgotten", ...envelope }, ...refusals, 404: notFound },
} as const;

interface OneSecret {
  Params: { org: string; name: string };
}

/** A value of 64 KiB in JSON, where each character may be written as six. */
const longestBody = 512 * 1024;

const toItem = ({ name, createdAt, createdBy, updatedAt, updatedBy }: StoredSecret) => ({
  name,
  source: "stored",
  created_at: createdAt,
  created_by: createdBy,
  updated_at: updatedAt,
  updated_by: updatedBy,
});
const never = { created_at: null, created_by: null, updated_at: null, updated_by: null };

/** Secrets: what goes in here comes out to runs alone. */
export async function secretRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  const path = "/api/:org/secrets";
  const { seal, values } = parts.secrets;
  const askOf = (request: FastifyRequest) => ({
    store: parts.store.secrets,
    seal,
    principal: principalOf(request),
    now: fromMilliseconds(parts.now()),
  });

  app.get(path, { schema: listSchema }, async (request) => {
    const stored = await listSecrets(askOf(request));
    const names = new Set(stored.map(({ name }) => name));
    const machine = await values.machineSecrets(principalOf(request).organization);
    const others = machine.filter(({ name }) => !names.has(name)).map((one) => ({ ...one, ...never }));
    return { items: [...stored.map(toItem), ...others] };
  });

  // Bytes are a body of this route alone.
  await app.register(async (scope) => {
    scope.addContentTypeParser(
      "application/octet-stream",
      { parseAs: "buffer" },
      (_request: FastifyRequest, body: Buffer, done: (error: null, body: Buffer) => void) => done(null, body),
    );
    scope.put<OneSecret & { Body: Buffer | { value: string } }>(
      `${path}/:name`,
      { schema: setSchema, bodyLimit: longestBody },
      async (request) => toItem(await setSecret(askOf(request), request.params.name, bytesOf(request.body))),
    );
  });

  app.delete<OneSecret>(`${path}/:name`, { schema: deleteSchema }, async (request) => {
    await deleteSecret(askOf(request), request.params.name);
    return { code: 200, message: "Secret deleted" };
  });
}

function bytesOf(body: Buffer | { value: string } | undefined): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (Buffer.isBuffer(body)) return body;
  if (!body.value.isWellFormed())
    throw new HttpError(400, "The value has half of a character; nothing was set");
  return Buffer.from(body.value, "utf8");
}
