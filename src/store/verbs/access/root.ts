import type { Kysely } from "kysely";
import type { Identity } from "../../../access/ports.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import { removeLogins } from "./end-logins.ts";
import { rootOrganization, toIdentity, toIdentityRow } from "./identity-row.ts";

/** The one root; undefined before the first start. */
export async function root(db: Kysely<Database>, _: Record<string, never>): Promise<Identity | undefined> {
  const row = await db
    .selectFrom("identities")
    .selectAll()
    .where("organization", "=", rootOrganization)
    .executeTakeFirst();
  return row === undefined ? undefined : toIdentity(row);
}

/** Makes this the one root. Another e-mail or another password ends the tokens of the one before. */
export async function putRoot(
  db: Kysely<Database>,
  { email, secretHash, at }: { email: string; secretHash: string; at: Instant },
): Promise<void> {
  const before = await root(db, {});
  if (before !== undefined && (before.email !== email || before.secretHash !== secretHash))
    await removeLogins(db, before);
  if (before !== undefined && before.email !== email)
    await db.deleteFrom("stars").where("email", "=", before.email).execute();
  await db.deleteFrom("identities").where("organization", "=", rootOrganization).execute();
  const identity: Identity = {
    organization: undefined,
    email,
    kind: "root",
    admin: true,
    firstName: "",
    lastName: "",
    secretHash,
    hint: undefined,
    permissions: [],
    managedBy: undefined,
    createdAt: before?.createdAt ?? at,
    revision: (before?.revision ?? 0) + 1,
  };
  await db.insertInto("identities").values(toIdentityRow(identity)).execute();
}
