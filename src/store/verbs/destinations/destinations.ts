import type { Kysely } from "kysely";
import type { Destination } from "../../../core/wire/destinations/destination.ts";
import type { DestinationStore, NamedRef } from "../../../registry/ports/destinations.ts";
import type { Database } from "../../tables/database.ts";
import { auditWrite } from "./audit-write.ts";

type Ask<Verb extends keyof DestinationStore> = Parameters<DestinationStore[Verb]>[0];

/** By name. */
export async function listDestinations(
  db: Kysely<Database>,
  { organization, module }: Ask<"listDestinations">,
): Promise<readonly Destination[]> {
  let rows = db.selectFrom("destinations").select("fields").where("organization", "=", organization);
  if (module !== undefined) rows = rows.where("module", "=", module);
  return (await rows.orderBy("name").execute()).map(({ fields }) => read(fields));
}

export async function findDestination(
  db: Kysely<Database>,
  { organization, name }: NamedRef,
): Promise<Destination | undefined> {
  const row = await db
    .selectFrom("destinations")
    .select("fields")
    .where("organization", "=", organization)
    .where("name", "=", name)
    .executeTakeFirst();
  return row && read(row.fields);
}

export async function createDestination(
  db: Kysely<Database>,
  { id, destination, ...by }: Ask<"createDestination">,
): Promise<"created" | "exists"> {
  const { organization } = by;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("destinations")
    .values({ organization, name: destination.name, id, ...columns(destination) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return "exists";
  await auditWrite(db, by, "create", `destination:${destination.name}`);
  return "created";
}

export async function updateDestination(
  db: Kysely<Database>,
  { destination, ...by }: Ask<"updateDestination">,
): Promise<"written" | "missing"> {
  const { numUpdatedRows } = await db
    .updateTable("destinations")
    .set(columns(destination))
    .where("organization", "=", by.organization)
    .where("name", "=", destination.name)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return "missing";
  await auditWrite(db, by, "update", `destination:${destination.name}`);
  return "written";
}

export async function removeDestination(
  db: Kysely<Database>,
  { name, ...by }: Ask<"removeDestination">,
): Promise<"removed" | "missing"> {
  const { numDeletedRows } = await db
    .deleteFrom("destinations")
    .where("organization", "=", by.organization)
    .where("name", "=", name)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return "missing";
  await auditWrite(db, by, "delete", `destination:${name}`);
  return "removed";
}

const read = (fields: string): Destination => JSON.parse(fields) as Destination;

const columns = (destination: Destination) => ({
  module: destination.module,
  template: destination.template ?? null,
  fields: JSON.stringify(destination),
});
