import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  accountDigest,
  accountEtag,
  createServiceAccount,
  deleteServiceAccount,
  listServiceAccounts,
  requirePermission,
  rotateServiceAccountToken,
  updateServiceAccount,
} from "../../access/index.ts";
import type { Identity } from "../../access/ports.ts";
import type { Grant } from "../../core/access/grant.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { isScope } from "../actions/read-upload.ts";
import { ifMatch, principalOf, quoted } from "../app/request.ts";
import { deleteEach } from "../delete-each.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { bulkAnswer, bulkBody } from "./action-schemas.ts";
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

const tags = ["access"];
const text = { type: "string" } as const;
const name = { type: "string", maxLength: 200 } as const;
export const grant = {
  type: "object",
  required: ["object", "permission"],
  properties: {
    object: { type: "string", maxLength: 400, description: "<type>:_all_<organization> or <type>:<id>" },
    permission: {
      type: "string",
      description: "AllowAll, AllowList, AllowGet, AllowPost, AllowPut, AllowDelete",
    },
  },
} as const;
const one = {
  type: "object",
  required: ["org", "email"],
  properties: { org: organization, email: text },
} as const;
const fields = {
  first_name: nullable(name),
  last_name: nullable(name),
  permissions: { type: "array", nullable: true, items: grant },
  managed_by: nullable(text),
} as const;
const item = {
  type: "object",
  properties: {
    email: text,
    first_name: text,
    last_name: text,
    role: text,
    is_external: { type: "boolean" },
    created_at: instant,
    token: { type: "string", description: "Its first four characters and asterisks" },
    permissions: { type: "array", items: grant },
    managed_by: nullable(text),
    digest: text,
    etag: text,
  },
} as const;
const withToken = {
  description: "The token is shown this once",
  type: "object",
  properties: { code: { type: "integer" }, message: text, token: text, user: text, digest: text, etag: text },
} as const;

const listSchema = {
  tags,
  summary: "List service accounts",
  params: orgParams,
  response: {
    200: {
      description: "Sorted by e-mail",
      type: "object",
      properties: { data: { type: "array", items: item } },
    },
    ...refusals,
  },
} as const;
const createSchema = {
  tags,
  summary: "Make a service account",
  params: orgParams,
  body: {
    type: "object",
    required: ["email"],
    properties: { email: { type: "string", maxLength: 400 }, ...fields },
  },
  response: { 200: withToken, ...refusals },
} as const;
const updateSchema = {
  tags,
  summary: "Change a service account, or give it another token",
  description:
    "With `rotateToken=true` (administrators only) the old token ends and the new one is answered.",
  params: one,
  querystring: { type: "object", properties: { rotateToken: { type: "boolean" } } },
  body: { type: "object", properties: fields },
  response: {
    200: { ...withToken, description: "Changed" },
    ...refusals,
    404: notFound,
    412: stale,
  },
} as const;
const deleteSchema = {
  tags,
  summary: "Delete a service account",
  params: one,
  response: { 200: { description: "Deleted", ...envelope }, ...refusals, 404: notFound, 412: stale },
} as const;
const bulkSchema = {
  tags,
  summary: "Delete several service accounts",
  params: orgParams,
  body: bulkBody,
  response: { 200: bulkAnswer, ...refusals },
} as const;

interface SentFields {
  readonly first_name?: string | null;
  readonly last_name?: string | null;
  readonly permissions?: readonly Grant[] | null;
  readonly managed_by?: string | null;
}
interface One {
  Params: { org: string; email: string };
}

const toItem = (identity: Identity) => ({
  email: identity.email,
  first_name: identity.firstName,
  last_name: identity.lastName,
  role: "ServiceAccount",
  is_external: false,
  created_at: identity.createdAt,
  token: `${identity.hint ?? ""}********`,
  permissions: identity.permissions,
  managed_by: identity.managedBy ?? null,
  digest: accountDigest(identity),
  etag: accountEtag(identity),
});

function readFields(sent: SentFields) {
  if (typeof sent.managed_by === "string" && !isScope(sent.managed_by))
    throw new HttpError(400, "Invalid managed_by: it is a scope, like owner/repo");
  return {
    firstName: sent.first_name ?? undefined,
    lastName: sent.last_name ?? undefined,
    permissions: sent.permissions ?? undefined,
    managedBy: sent.managed_by,
  };
}

/** OpenObserve's service accounts, with permissions of their own and an owner. */
export function serviceAccountRoutes(app: FastifyInstance, parts: Parts): void {
  const path = "/api/:org/service_accounts";
  const askOf = (request: FastifyRequest) => ({
    store: parts.store.access,
    principal: principalOf(request),
    now: fromMilliseconds(parts.now()),
  });

  app.get(path, { schema: listSchema }, async (request) => ({
    data: (await listServiceAccounts(askOf(request))).map(toItem),
  }));

  app.post<{ Body: SentFields & { email: string } }>(
    path,
    { schema: createSchema },
    async (request, reply) => {
      const { body } = request;
      const { token, identity } = await createServiceAccount(askOf(request), {
        email: body.email,
        ...readFields(body),
      });
      reply.header("etag", quoted(accountEtag(identity)));
      return {
        code: 200,
        message: "User saved successfully",
        token,
        user: identity.email,
        digest: accountDigest(identity),
        etag: accountEtag(identity),
      };
    },
  );

  app.put<One & { Querystring: { rotateToken?: boolean }; Body: SentFields | undefined }>(
    `${path}/:email`,
    { schema: updateSchema },
    async (request, reply) => {
      const { email } = request.params;
      if (request.query.rotateToken === true) {
        const rotated = await rotateServiceAccountToken(askOf(request), { email, ifMatch: ifMatch(request) });
        return { token: rotated.token, user: rotated.email };
      }
      const identity = await updateServiceAccount(askOf(request), {
        email,
        ifMatch: ifMatch(request),
        ...readFields(request.body ?? {}),
      });
      reply.header("etag", quoted(accountEtag(identity)));
      return {
        code: 200,
        message: "User updated successfully",
        digest: accountDigest(identity),
        etag: accountEtag(identity),
      };
    },
  );

  app.delete<One>(`${path}/:email`, { schema: deleteSchema }, async (request) => {
    await deleteServiceAccount(askOf(request), { email: request.params.email, ifMatch: ifMatch(request) });
    return { code: 200, message: "User deleted" };
  });

  app.delete<{ Body: { ids: string[] } }>(`${path}/bulk`, { schema: bulkSchema }, async (request) => {
    const ids = [...new Set(request.body.ids.map((id) => id.toLowerCase()))];
    const principal = principalOf(request);
    for (const id of ids) requirePermission(principal, { type: "service_accounts", id, verb: "Delete" });
    return deleteEach(ids, (email) => deleteServiceAccount(askOf(request), { email, ifMatch: undefined }));
  });
}
