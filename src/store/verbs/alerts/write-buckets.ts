import type { Kysely } from "kysely";
import type { Admission } from "../../../core/alert/admission.ts";
import type { TokenBucket } from "../../../core/alert/token-bucket.ts";
import type { TakeAsk } from "../../../runs/ports/alert-store.ts";
import type { Database } from "../../tables/database.ts";

/** What is left of the limits; those that were not touched now are as they were. */
export async function writeBuckets(
  db: Kysely<Database>,
  { organization, receiver, now }: TakeAsk,
  admission: Admission,
): Promise<void> {
  const write = async (of: "receiver" | "action", name: string, bucket: TokenBucket | undefined) => {
    if (bucket?.at !== now) return;
    await db
      .insertInto("alert_buckets")
      .values({ organization, of, name, ...bucket })
      .onConflict((conflict) => conflict.columns(["organization", "of", "name"]).doUpdateSet(bucket))
      .execute();
  };
  await write("receiver", receiver, admission.receiver);
  for (const [action, bucket] of admission.actions) await write("action", action, bucket);
}
