import type { Kysely } from "kysely";
import type { ShownPart } from "../../../core/access/allows.ts";
import type { Database } from "../../tables/database.ts";
import { onlyShown } from "../only-shown.ts";

/** The categories that live actions name, each as it is spelt, and how many have none. */
export async function countCategories(
  db: Kysely<Database>,
  { organization, shown = [] }: { organization: string; shown?: readonly ShownPart[] | undefined },
): Promise<{ used: readonly { name: string; actions: number }[]; without: number }> {
  const rows = await db
    .selectFrom("actions")
    .select((expression) => ["category", expression.fn.countAll<number>().as("actions")])
    .where("organization", "=", organization)
    .where(onlyShown(shown, "id", "name"))
    .groupBy("category")
    .execute();
  const used = rows.flatMap(({ category, actions }) =>
    category === null ? [] : [{ name: category, actions }],
  );
  return { used, without: rows.find(({ category }) => category === null)?.actions ?? 0 };
}
