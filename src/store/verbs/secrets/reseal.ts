import type { Kysely } from "kysely";
import type { SealedContents } from "../../../access/ports.ts";
import { StoreError } from "../../store-error.ts";
import type { Database } from "../../tables/database.ts";
import { erasing } from "./erasing.ts";

/** Everything that is sealed with the server's secret key. */
export async function sealedContents(
  db: Kysely<Database>,
  _: Record<string, never>,
): Promise<SealedContents> {
  const secrets = await db.selectFrom("secrets").select(["organization", "name", "sealed"]).execute();
  const parameters = await db
    .selectFrom("runs")
    .select(["id as run", "sealed_parameters as sealed"])
    .where("sealed_parameters", "is not", null)
    .$narrowType<{ sealed: string }>()
    .execute();
  const auditKeys = await db.selectFrom("audit_keys").select(["number", "sealed"]).execute();
  return { secrets, parameters, auditKeys };
}

/** Moves the store from one secret key to another, in this one transaction. */
export async function reseal(
  db: Kysely<Database>,
  { from, to, contents }: { from: string; to: string; contents: SealedContents },
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable("key_check")
    .set({ text: to })
    .where("text", "=", from)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) throw moved();
  await erasing(db, async () => {
    for (const { organization, name, sealed } of contents.secrets)
      await db
        .updateTable("secrets")
        .set({ sealed })
        .where("organization", "=", organization)
        .where("name", "=", name)
        .execute();
    for (const { run, sealed } of contents.parameters)
      await db.updateTable("runs").set({ sealed_parameters: sealed }).where("id", "=", run).execute();
    for (const { number, sealed } of contents.auditKeys)
      await db.updateTable("audit_keys").set({ sealed }).where("number", "=", number).execute();
  });
  const now = await sealedContents(db, {});
  const kinds = ["secrets", "parameters", "auditKeys"] as const;
  if (kinds.some((kind) => now[kind].length !== contents[kind].length)) throw moved();
}

const moved = (): StoreError =>
  new StoreError("KEY_MOVED", "The secrets were changed while their key was. Start the server again.");
