import type { Kysely } from "kysely";
import type { WrittenBy } from "../../../registry/ports/destinations.ts";
import type { Database } from "../../tables/database.ts";
import { recordAudit } from "../access/record-audit.ts";

/** Writes down who made, changed or deleted something; `object` is `destination:NAME` or `template:NAME`. */
export const auditWrite = (
  db: Kysely<Database>,
  { now: at, organization, actor, address }: WrittenBy,
  action: "create" | "update" | "delete",
  object: string,
): Promise<void> => recordAudit(db, { at, organization, actor, action, object, address });
