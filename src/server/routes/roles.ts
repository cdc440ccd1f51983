import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  createRole,
  deleteRole,
  listRoles,
  readRole,
  requirePermission,
  rolesOf,
  updateRole,
} from "../../access/index.ts";
import { type Grant, objectTypes } from "../../core/access/grant.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { principalOf } from "../app/request.ts";
import { deleteEach } from "../delete-each.ts";
import type { Parts } from "../parts.ts";
import { bulkAnswer, bulkBody } from "./action-schemas.ts";
import { envelope, notFound, organization, orgParams, refusals } from "./schemas.ts";
import { grant } from "./service-accounts.ts";

const tags = ["access"];
const text = { type: "string" } as const;
const texts = { type: "array", maxItems: 1000, items: { type: "string", maxLength: 400 } } as const;
const grants = { type: "array", maxItems: 1000, items: grant } as const;
const params = (...names: string[]) => ({
  type: "object",
  required: ["org", ...names],
  properties: { org: organization, ...Object.fromEntries(names.map((name) => [name, text])) },
});
const done = { 200: { description: "Done", ...envelope }, ...refusals } as const;
const listOf = (description: string, items: object) => ({
  200: { description, type: "array", items },
  ...refusals,
});

interface OneRole {
  Params: { org: string; role: string };
}
interface Change {
  readonly add?: readonly Grant[];
  readonly remove?: readonly Grant[];
  readonly add_users?: readonly string[];
  readonly remove_users?: readonly string[];
}

/** OpenObserve's roles. */
export function roleRoutes(app: FastifyInstance, parts: Parts): void {
  const path = "/api/:org/roles";
  const askOf = (request: FastifyRequest) => ({
    store: parts.store.access,
    principal: principalOf(request),
    now: fromMilliseconds(parts.now()),
  });

  app.get(
    path,
    { schema: { tags, summary: "List roles", params: orgParams, response: listOf("Names", text) } },
    async (request) => listRoles(askOf(request)),
  );

  app.post<{ Body: { role: string } }>(
    path,
    {
      schema: {
        tags,
        summary: "Make a role",
        params: orgParams,
        body: {
          type: "object",
          required: ["role"],
          properties: { role: { type: "string", maxLength: 400 } },
        },
        response: done,
      },
    },
    async (request) => {
      await createRole(askOf(request), request.body.role);
      return { code: 200, message: "Role created successfully" };
    },
  );

  app.put<OneRole & { Body: Change }>(
    `${path}/:role`,
    {
      schema: {
        tags,
        summary: "Change what a role allows and who has it",
        params: params("role"),
        body: {
          type: "object",
          properties: { add: grants, remove: grants, add_users: texts, remove_users: texts },
        },
        response: { ...done, 404: notFound },
      },
    },
    async (request) => {
      const { add = [], remove = [], add_users = [], remove_users = [] } = request.body;
      await updateRole(askOf(request), request.params.role, {
        add,
        remove,
        addUsers: add_users,
        removeUsers: remove_users,
      });
      return { code: 200, message: "Role updated successfully" };
    },
  );

  const permissionsSchema = (...names: string[]) => ({
    tags,
    summary: "What a role allows",
    params: params(...names),
    response: { ...listOf("Permissions", grant), 404: notFound },
  });
  app.get<OneRole>(
    `${path}/:role/permissions`,
    { schema: permissionsSchema("role") },
    async (request) => (await readRole(askOf(request), request.params.role)).permissions,
  );
  app.get<{ Params: { org: string; role: string; resource: string } }>(
    `${path}/:role/permissions/:resource`,
    { schema: permissionsSchema("role", "resource") },
    async (request) => {
      const { role, resource } = request.params;
      const { permissions } = await readRole(askOf(request), role);
      return permissions.filter(({ object }) => object.startsWith(`${resource}:`));
    },
  );

  app.get<OneRole>(
    `${path}/:role/users`,
    {
      schema: {
        tags,
        summary: "Who has a role",
        params: params("role"),
        response: { ...listOf("E-mails", text), 404: notFound },
      },
    },
    async (request) => (await readRole(askOf(request), request.params.role)).users,
  );

  app.get<{ Params: { org: string; email: string } }>(
    "/api/:org/users/:email/roles",
    {
      schema: {
        tags,
        summary: "The roles that somebody has",
        params: params("email"),
        response: listOf("Names", text),
      },
    },
    async (request) => rolesOf(askOf(request), request.params.email),
  );

  app.delete<OneRole>(
    `${path}/:role`,
    {
      schema: {
        tags,
        summary: "Delete a role",
        params: params("role"),
        response: { ...done, 404: notFound },
      },
    },
    async (request) => {
      await deleteRole(askOf(request), request.params.role);
      return { code: 200, message: "Role deleted successfully" };
    },
  );

  app.delete<{ Body: { ids: string[] } }>(
    `${path}/bulk`,
    {
      schema: {
        tags,
        summary: "Delete several roles",
        params: orgParams,
        body: bulkBody,
        response: { 200: bulkAnswer, ...refusals },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const ids = [...new Set(request.body.ids)];
      for (const id of ids) requirePermission(principal, { type: "role", id, verb: "Delete" });
      return deleteEach(ids, (name) => deleteRole(askOf(request), name));
    },
  );

  app.get(
    "/api/:org/resources",
    {
      schema: {
        tags,
        summary: "The types of objects that permissions name",
        params: orgParams,
        response: listOf("Types", {
          type: "object",
          properties: { key: text, display_name: text, has_entities: { type: "boolean" } },
        }),
      },
    },
    async () =>
      objectTypes.map(({ type, title }) => ({ key: type, display_name: title, has_entities: true })),
  );
}
