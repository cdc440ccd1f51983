import type { Kysely } from "kysely";
import type { Template } from "../../../core/wire/destinations/template.ts";
import type { DestinationStore, NamedRef } from "../../../registry/ports/destinations.ts";
import type { Database } from "../../tables/database.ts";
import { auditWrite } from "./audit-write.ts";

type Ask<Verb extends keyof DestinationStore> = Parameters<DestinationStore[Verb]>[0];

/** By name. */
export async function listTemplates(
  db: Kysely<Database>,
  { organization }: Ask<"listTemplates">,
): Promise<readonly Template[]> {
  const rows = await db
    .selectFrom("templates")
    .select("fields")
    .where("organization", "=", organization)
    .orderBy("name")
    .execute();
  return rows.map(({ fields }) => read(fields));
}

export async function findTemplate(
  db: Kysely<Database>,
  { organization, name }: NamedRef,
): Promise<Template | undefined> {
  const row = await db
    .selectFrom("templates")
    .select("fields")
    .where("organization", "=", organization)
    .where("name", "=", name)
    .executeTakeFirst();
  return row && read(row.fields);
}

export async function createTemplate(
  db: Kysely<Database>,
  { id, template, ...by }: Ask<"createTemplate">,
): Promise<"created" | "exists"> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("templates")
    .values({
      organization: by.organization,
      name: template.name,
      id,
      fields: JSON.stringify(template),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return "exists";
  await auditWrite(db, by, "create", `template:${template.name}`);
  return "created";
}

export async function updateTemplate(
  db: Kysely<Database>,
  { template, ...by }: Ask<"updateTemplate">,
): Promise<"written" | "missing"> {
  const { numUpdatedRows } = await db
    .updateTable("templates")
    .set({ fields: JSON.stringify(template) })
    .where("organization", "=", by.organization)
    .where("name", "=", template.name)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return "missing";
  await auditWrite(db, by, "update", `template:${template.name}`);
  return "written";
}

/** Refused while destinations name it. */
export async function removeTemplate(
  db: Kysely<Database>,
  { name, ...by }: Ask<"removeTemplate">,
): ReturnType<DestinationStore["removeTemplate"]> {
  const { organization } = by;
  const user = await db
    .selectFrom("destinations")
    .select("name")
    .where("organization", "=", organization)
    .where("template", "=", name)
    .orderBy("name")
    .executeTakeFirst();
  if (user !== undefined) return { usedBy: user.name };
  const { numDeletedRows } = await db
    .deleteFrom("templates")
    .where("organization", "=", organization)
    .where("name", "=", name)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return "missing";
  await auditWrite(db, by, "delete", `template:${name}`);
  return "removed";
}

const read = (fields: string): Template => JSON.parse(fields) as Template;
