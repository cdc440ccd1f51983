import { type RawBuilder, sql } from "kysely";
import type { ShownPart } from "../../core/access/allows.ts";

/**
 * The condition that an action, or what is of one, is among those that a list shows. `id` and `name` are columns. They
 * are hidden from the planner, which has no statistics and might choose its index by them; the lists travel as one
 * value each, as a thousand alternatives are more than an expression may have. GLOB means by `*` and `?` what our
 * patterns do, and those hold no other sign of its own.
 */
export function onlyShown(parts: readonly ShownPart[], id: string, name: string): RawBuilder<boolean> {
  const [ownId, ownName] = [sql`coalesce(${sql.ref(id)}, '')`, sql`coalesce(${sql.ref(name)}, '')`];
  const all = parts.map(
    ({ ids, names }) =>
      sql`(${ownId} in (select value from json_each(${JSON.stringify(ids)})) or exists (select 1 from json_each(${JSON.stringify(names)}) as pattern where ${ownName} glob pattern.value))`,
  );
  return sql<boolean>`(${sql.join(all.length === 0 ? [sql`1 = 1`] : all, sql` and `)})`;
}
