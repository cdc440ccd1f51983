import type { FastifyInstance, FastifyRequest } from "fastify";
import { createToken, deleteToken, listTokens } from "../../access/index.ts";
import type { ApiToken } from "../../access/ports.ts";
import type { Grant } from "../../core/access/grant.ts";
import { fromMilliseconds, type Instant } from "../../core/time.ts";
import { principalOf } from "../app/request.ts";
import type { Parts } from "../parts.ts";
import { envelope, instant, notFound, nullable, organization, orgParams, refusals } from "./schemas.ts";
import { grant } from "./service-accounts.ts";

const tags = ["access"];
const text = { type: "string" } as const;
const token = {
  id: text,
  name: text,
  email: { type: "string", description: "Whom it acts as" },
  created_at: instant,
  created_by: nullable(text),
  expires_at: nullable(instant),
  last_used_at: { ...nullable(instant), description: "To the minute; null: never" },
  role: { ...nullable(text), description: "It may no more than this role, as of when it is used" },
  permissions: { type: "array", nullable: true, items: grant, description: "It may no more than these" },
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
    "For `Authorization: Bearer` and ROTA_TOKEN. It may what whom it acts as may, in this organization; with `role` or `permissions` only as far as those go as well. Needs a login with a password: no token makes another.",
  params: orgParams,
  body: {
    type: "object",
    required: ["name"],
    properties: {
      name: { type: "string", minLength: 1, maxLength: 100 },
      email: { type: "string", maxLength: 400, description: "Somebody else; administrators only" },
      expires_at: { type: "integer", nullable: true, description: "µs since 1970; absent: never" },
      role: { type: "string", maxLength: 400, nullable: true },
      permissions: { type: "array", maxItems: 1000, nullable: true, items: grant },
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

const toItem = ({ narrowed, ...rest }: ApiToken) => ({
  id: rest.id,
  name: rest.name,
  email: rest.email,
  created_at: rest.createdAt,
  created_by: rest.createdBy ?? null,
  expires_at: rest.expiresAt ?? null,
  last_used_at: rest.lastUsedAt ?? null,
  role: narrowed !== undefined && "role" in narrowed ? narrowed.role : null,
  permissions: narrowed !== undefined && "permissions" in narrowed ? narrowed.permissions : null,
});

interface Sent {
  readonly name: string;
  readonly email?: string;
  readonly expires_at?: Instant | null;
  readonly role?: string | null;
  readonly permissions?: readonly Grant[] | null;
}

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
  app.post<{ Body: Sent }>(path, { schema: createSchema }, async (request, reply) => {
    const { name, email, expires_at: expiresAt, role, permissions } = request.body;
    const sent = {
      name,
      email,
      expiresAt: expiresAt ?? undefined,
      role: role ?? undefined,
      permissions: permissions ?? undefined,
    };
    const made = await createToken(askOf(request), sent, parts.newId);
    reply.code(201);
    return { ...toItem(made.token), token: made.text };
  });
  app.delete<{ Params: { org: string; id: string } }>(
    `${path}/:id`,
    { schema: deleteSchema },
    async (request) => {
      await deleteToken(askOf(request), request.params.id);
      return { code: 200, message: "Token deleted" };
    },
  );
}
