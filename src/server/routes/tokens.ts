import type { FastifyInstance, FastifyRequest } from "fastify";
import { createToken, deleteToken, listTokens } from "../../access/index.ts";
import type { ApiToken } from "../../access/ports.ts";
import { fromMilliseconds, type Instant } from "../../core/time.ts";
import { principalOf } from "../app/request.ts";
import type { Parts } from "../parts.ts";
import { envelope, instant, notFound, nullable, organization, orgParams, refusals } from "./schemas.ts";

const tags = ["access"];
const text = { type: "string" } as const;
const token = {
  id: text,
  name: text,
  email: { type: "string", description: "Whom it acts as" },
  created_at: instant,
  expires_at: nullable(instant),
} as const;

const listSchema = {
  tags,
  summary: "List API tokens",
  description: "One's own; an administrator sees everybody's. Never what is secret of them.",
  params: orgParams,
  response: {
    200: {
      description: "Tokens",
      type: "object",
      properties: { items: { type: "array", items: { type: "object", properties: token } } },
    },
    ...refusals,
  },
} as const;
const createSchema = {
  tags,
  summary: "Make an API token",
  description:
    "For `Authorization: Bearer` and ROTA_TOKEN. It may what whom it acts as may, in this organization.",
  params: orgParams,
  body: {
    type: "object",
    required: ["name"],
    properties: {
      name: { type: "string", minLength: 1, maxLength: 100 },
      email: { type: "string", maxLength: 400, description: "Somebody else; administrators only" },
      expires_at: { type: "integer", nullable: true, description: "µs since 1970; absent: never" },
    },
  },
  response: {
    201: {
      description: "The token is shown this once",
      type: "object",
      properties: { ...token, token: text },
    },
    ...refusals,
    404: notFound,
  },
} as const;
const deleteSchema = {
  tags,
  summary: "End an API token",
  params: {
    type: "object",
    required: ["org", "id"],
    properties: { org: organization, id: text },
  },
  response: { 200: { description: "It is worth nothing any more", ...envelope }, ...refusals, 404: notFound },
} as const;

const toItem = ({ id, name, email, createdAt, expiresAt }: ApiToken) => ({
  id,
  name,
  email,
  created_at: createdAt,
  expires_at: expiresAt ?? null,
});

/** API tokens: what a person or a pipeline uses instead of a password. */
export function tokenRoutes(app: FastifyInstance, parts: Parts): void {
  const path = "/api/:org/tokens";
  const askOf = (request: FastifyRequest) => ({
    store: parts.store.access,
    principal: principalOf(request),
    now: fromMilliseconds(parts.now()),
  });
  app.get(path, { schema: listSchema }, async (request) => ({
    items: (await listTokens(askOf(request))).map(toItem),
  }));
  app.post<{ Body: { name: string; email?: string; expires_at?: Instant | null } }>(
    path,
    { schema: createSchema },
    async (request, reply) => {
      const { name, email, expires_at } = request.body;
      const made = await createToken(
        askOf(request),
        { name, email, expiresAt: expires_at ?? undefined },
        parts.newId,
      );
      reply.code(201);
      return { ...toItem(made.token), token: made.text };
    },
  );
  app.delete<{ Params: { org: string; id: string } }>(
    `${path}/:id`,
    { schema: deleteSchema },
    async (request) => {
      await deleteToken(askOf(request), request.params.id);
      return { code: 200, message: "Token deleted" };
    },
  );
}
