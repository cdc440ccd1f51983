import type { Kysely } from "kysely";
import type { IdentityRef } from "../../../access/ports.ts";
import { isBuiltInRole } from "../../../core/access/built-in-roles.ts";
import type { Database } from "../../tables/database.ts";

/**
 * Gives somebody the roles that their provider says, and takes those that it gave `before` and says no more. A role
 * that was given by hand before the provider said it stays by hand. Answers what the provider's own are now, and those
 * that the organization does not have.
 */
export async function giveRoles(
  db: Kysely<Database>,
  { organization, email }: IdentityRef,
  said: readonly string[],
  before: readonly string[],
): Promise<{ readonly held: readonly string[]; readonly missing: readonly string[] }> {
  const mine = () =>
    db
      .selectFrom("role_users")
      .select("role")
      .where("organization", "=", organization)
      .where("email", "=", email);
  const own = await db.selectFrom("roles").select("name").where("organization", "=", organization).execute();
  const exists = (role: string) => isBuiltInRole(role) || own.some(({ name }) => name === role);
  const has = new Set((await mine().execute()).map(({ role }) => role));
  const wanted = [...new Set(said)];
  for (const role of before)
    if (!wanted.includes(role))
      await db
        .deleteFrom("role_users")
        .where("organization", "=", organization)
        .where("email", "=", email)
        .where("role", "=", role)
        .execute();
  const held: string[] = [];
  for (const role of wanted.filter(exists)) {
    if (!has.has(role)) await db.insertInto("role_users").values({ organization, role, email }).execute();
    if (!has.has(role) || before.includes(role)) held.push(role);
  }
  return { held: held.sort(), missing: wanted.filter((role) => !exists(role)) };
}
