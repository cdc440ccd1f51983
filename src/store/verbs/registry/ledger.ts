import type { Kysely } from "kysely";
import type { DeclaredAlert } from "../../../core/alert/declared-alert.ts";
import type { Applied, AppliedItem } from "../../../core/plan/plan.ts";
import type { RegistryStore, SyncRecord } from "../../../registry/ports.ts";
import type { Database } from "../../tables/database.ts";
import type { SyncRow } from "../../tables/registry.ts";
import { recordAudit } from "../access/record-audit.ts";

interface Scope {
  organization: string;
  scope: string;
}

/** What was last applied for a scope. */
export async function readLedger(db: Kysely<Database>, scope: Scope): Promise<Applied | undefined> {
  const [row] = await newest(db, scope, 1);
  return (
    row && {
      ...recordOf(row),
      items: JSON.parse(row.items ?? "[]") as AppliedItem[],
      alerts: readAlerts(row),
    }
  );
}

/** The newest records of a scope, newest first. */
export async function ledgerHistory(
  db: Kysely<Database>,
  { limit, ...scope }: Scope & { limit: number },
): Promise<readonly SyncRecord[]> {
  return (await newest(db, scope, limit)).map(recordOf);
}

/** Compare-and-swap on the generation. Only the newest generation keeps its items: ten thousand of them are a megabyte. */
export async function advanceLedger(
  db: Kysely<Database>,
  { organization, from, to, address }: Parameters<RegistryStore["advanceLedger"]>[0],
): ReturnType<RegistryStore["advanceLedger"]> {
  const { scope, actor, at } = to;
  const [before] = await newest(db, { organization, scope }, 1);
  const current = before?.generation ?? 0;
  if (current !== from) return { outcome: "moved", generation: current };
  const generation = from + 1;
  await db
    .updateTable("syncs")
    .set({ items: null, alerts: null })
    .where("organization", "=", organization)
    .where("scope", "=", scope)
    .where("generation", "=", from)
    .execute();
  await db
    .insertInto("syncs")
    .values({
      organization,
      scope,
      generation,
      commit: to.commit ?? null,
      plan_id: to.planId,
      actor,
      at,
      items: JSON.stringify(to.items),
      alerts: (to.alerts ?? []).length === 0 ? null : JSON.stringify(to.alerts),
    })
    .execute();
  await recordAudit(db, {
    at,
    organization,
    actor,
    action: "sync",
    object: `syncs:${scope}`,
    address,
    detail: `generation ${generation}${to.commit === undefined ? "" : `, commit ${to.commit}`}`,
  });
  return { outcome: "advanced", generation };
}

/** What the newest records of all scopes declare of alerts, by name. */
export async function declaredAlerts(
  db: Kysely<Database>,
  { organization }: { organization: string },
): Promise<readonly DeclaredAlert[]> {
  const rows = await db
    .selectFrom("syncs")
    .select("alerts")
    .where("organization", "=", organization)
    .where("alerts", "is not", null)
    .execute();
  const byName = new Map(rows.flatMap(readAlerts).map((alert) => [alert.name, alert]));
  return [...byName.keys()].sort().map((name) => byName.get(name)!);
}

const readAlerts = ({ alerts }: Pick<SyncRow, "alerts">): readonly DeclaredAlert[] =>
  alerts === null ? [] : (JSON.parse(alerts) as DeclaredAlert[]);

const newest = (db: Kysely<Database>, { organization, scope }: Scope, limit: number): Promise<SyncRow[]> =>
  db
    .selectFrom("syncs")
    .selectAll()
    .where("organization", "=", organization)
    .where("scope", "=", scope)
    .orderBy("generation", "desc")
    .limit(limit)
    .execute();

const recordOf = (row: SyncRow): SyncRecord => ({
  generation: row.generation,
  scope: row.scope,
  commit: row.commit ?? undefined,
  planId: row.plan_id,
  actor: row.actor,
  at: row.at,
});
