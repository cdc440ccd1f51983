import type { Kysely } from "kysely";
import type { AuditEntry, ReceiverAddress, ReceiverRef } from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";
import { recordAudit } from "./record-audit.ts";

/** The address of a receiver that is good now; undefined: none was made. */
export async function receiverAddress(
  db: Kysely<Database>,
  { organization, receiver }: ReceiverRef,
): Promise<ReceiverAddress | undefined> {
  const row = await db
    .selectFrom("receiver_addresses")
    .selectAll()
    .where("organization", "=", organization)
    .where("receiver", "=", receiver)
    .executeTakeFirst();
  return row && { generation: row.generation, madeAt: row.made_at, madeBy: row.made_by };
}

/** Makes the first address of a receiver, or with `anew` the next; one that is there already is answered as it is. */
export async function makeReceiverAddress(
  db: Kysely<Database>,
  write: ReceiverRef & { anew: boolean; audit: Omit<AuditEntry, "action"> },
): Promise<ReceiverAddress> {
  const before = await receiverAddress(db, write);
  if (before !== undefined && !write.anew) return before;
  const { organization, receiver, audit } = write;
  const made = { generation: (before?.generation ?? 0) + 1, made_at: audit.at, made_by: audit.actor };
  await db
    .insertInto("receiver_addresses")
    .values({ organization, receiver, ...made })
    .onConflict((conflict) => conflict.columns(["organization", "receiver"]).doUpdateSet(made))
    .execute();
  await recordAudit(db, { ...audit, action: before === undefined ? "create" : "rotate" });
  return { generation: made.generation, madeAt: audit.at, madeBy: audit.actor };
}
