import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  AccessError,
  createUser,
  deleteUser,
  endLogins,
  listUsers,
  readUser,
  requirePermission,
  type User,
  updateUser,
} from "../../access/index.ts";
import { builtInRoles } from "../../core/access/built-in-roles.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { principalOf } from "../app/request.ts";
import { deleteEach } from "../delete-each.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import {
  bulkSchema,
  createSchema,
  deleteSchema,
  getSchema,
  listSchema,
  logoutSchema,
  updateSchema,
} from "./user-schemas.ts";

interface One {
  Params: { org: string; email: string };
}
interface SentRole {
  readonly role: string;
  readonly custom_role?: readonly string[] | null;
}
interface Created extends Partial<SentRole> {
  readonly email: string;
  readonly password: string;
  readonly first_name?: string | null;
  readonly last_name?: string | null;
}
interface Changed {
  readonly first_name?: string | null;
  readonly last_name?: string | null;
  readonly change_password?: boolean | null;
  readonly old_password?: string | null;
  readonly new_password?: string | null;
  readonly role?: string | SentRole | null;
  readonly custom_role?: readonly string[] | null;
}

/** OpenObserve's people, and ways to read one and to end what is logged in as one. */
export function userRoutes(app: FastifyInstance, parts: Parts): void {
  const path = "/api/:org/users";
  const askOf = (request: FastifyRequest) => ({
    store: parts.store.access,
    principal: principalOf(request),
    now: fromMilliseconds(parts.now()),
  });

  app.get(path, { schema: listSchema }, async (request) => ({
    data: (await listUsers(askOf(request))).map(toItem),
  }));
  app.get<One>(`${path}/:email`, { schema: getSchema }, async (request) =>
    toItem(await readUser(askOf(request), request.params.email)),
  );

  app.post<{ Body: Created }>(path, { schema: createSchema }, async (request) => {
    const { email, password, first_name, last_name, role, custom_role } = request.body;
    await createUser(askOf(request), {
      email,
      password,
      firstName: first_name ?? "",
      lastName: last_name ?? "",
      roles: rolesOf(role, custom_role),
    });
    return { code: 200, message: "User saved successfully" };
  });

  app.put<One & { Body: Changed | undefined }>(
    `${path}/:email`,
    { schema: updateSchema },
    async (request) => {
      const sent = request.body ?? {};
      const said = Object.values(sent).some(
        (value) => value !== null && value !== undefined && value !== false,
      );
      if (!said) throw new HttpError(400, "Please specify appropriate fields to update user");
      const { email } = request.params;
      await updateUser(askOf(request), {
        email,
        firstName: sent.first_name ?? undefined,
        lastName: sent.last_name ?? undefined,
        newPassword: sent.new_password ?? undefined,
        roles: changedRoles(sent),
        verified: await verifyOld(parts, request, email, sent),
      });
      return { code: 200, message: "User updated successfully" };
    },
  );

  app.delete<One>(`${path}/:email`, { schema: deleteSchema }, async (request) => {
    await deleteUser(askOf(request), request.params.email);
    return { code: 200, message: "User removed from organization" };
  });
  app.delete<{ Body: { ids: string[] } }>(`${path}/bulk`, { schema: bulkSchema }, async (request) => {
    const ids = [...new Set(request.body.ids.map((id) => id.toLowerCase()))];
    for (const id of ids) requirePermission(principalOf(request), { type: "user", id, verb: "Delete" });
    return deleteEach(ids, (email) => deleteUser(askOf(request), email));
  });

  app.post<One>(`${path}/:email/logout`, { schema: logoutSchema }, async (request) => {
    await endLogins(askOf(request), request.params.email);
    return { code: 200, message: "Logged out everywhere" };
  });
}

/**
 * Whether somebody who changes their own password knows the old one, under the same limits as a login: whoever found a
 * browser open could guess it here. @throws HttpError 400, AccessError TOO_MANY_FAILURES.
 */
async function verifyOld(
  parts: Parts,
  request: FastifyRequest,
  email: string,
  { old_password: old, new_password: anew }: Changed,
): Promise<boolean> {
  const { organization, email: own } = principalOf(request);
  if (typeof anew !== "string" || email.trim().toLowerCase() !== own) return false;
  if (typeof old !== "string") throw new HttpError(400, "Please provide existing password");
  const authorization = `Basic ${Buffer.from(`${own}:${old}`).toString("base64")}`;
  const attempt = { authorization, signature: undefined, organization, address: request.ip };
  await parts.authenticate(attempt).catch((error: unknown) => {
    if (error instanceof AccessError && error.code === "UNAUTHENTICATED")
      throw new HttpError(400, "Existing/old password mismatch, please provide valid existing password");
    throw error;
  });
  return true;
}

/** OpenObserve's `user` has no role at all, its `member` is an administrator in the open edition: not here. */
const none = ["user", "member"];

const rolesOf = (
  role: string | null | undefined,
  custom: readonly string[] | null | undefined,
): readonly string[] => [
  ...(role === null || role === undefined || none.includes(role) ? [] : [role]),
  ...(custom ?? []),
];

function changedRoles({ role, custom_role: custom }: Changed): readonly string[] | undefined {
  if (typeof role === "object" && role !== null) return rolesOf(role.role, role.custom_role ?? custom);
  if (role === undefined || role === null) {
    if (custom !== undefined && custom !== null && custom.length > 0)
      throw new HttpError(400, "Say the role beside custom_role; user is none of the built-in ones");
    return undefined;
  }
  return rolesOf(role, custom);
}

const toItem = ({ identity, roles }: User) => ({
  email: identity.email,
  first_name: identity.firstName,
  last_name: identity.lastName,
  role:
    identity.kind === "root"
      ? "root"
      : (builtInRoles.findLast(({ name }) => roles.includes(name))?.name ?? "user"),
  roles,
  is_external: false,
  created_at: identity.createdAt,
});
