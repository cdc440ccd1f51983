import { type Kysely, type RawBuilder, sql } from "kysely";
import {
  type AskedStart,
  type HeardAlert,
  type KeyStanding,
  type KnownEntry,
  linkOf,
  type Standing,
  storedKey,
  type WaitingRun,
} from "../../../core/alert/admission.ts";
import type { TokenBucket } from "../../../core/alert/token-bucket.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";

interface Ask {
  readonly organization: string;
  readonly receiver: string;
  readonly alerts: readonly HeardAlert[];
  readonly starts: readonly AskedStart[];
  readonly now: Instant;
}

/**
 * What is known of all that a message speaks of. A list is handed over as JSON, so that its length makes no new
 * statement; `cross join` has SQLite begin with it, where it would else go through everything of an organization.
 */
export async function standingOf(db: Kysely<Database>, ask: Ask): Promise<Standing> {
  const keys = await keysOf(db, ask);
  return {
    entries: await entriesOf(db, ask),
    keys,
    waiting: await waitingOf(db, ask, [...keys.values()]),
    ...(await bucketsOf(db, ask)),
  };
}

const list = (values: readonly unknown[]): RawBuilder<unknown> => sql`json_each(${JSON.stringify(values)})`;

interface EntryRow {
  id: string;
  fingerprint: string;
  state: string;
  starts_at: number | null;
  latest: number;
}

async function entriesOf(
  db: Kysely<Database>,
  { organization, receiver, alerts, starts }: Ask,
): Promise<readonly KnownEntry[]> {
  const firings = alerts
    .filter(({ startsAt }) => startsAt !== undefined)
    .map(({ fingerprint, state, startsAt }) => [fingerprint, state, startsAt]);
  const { rows } = await sql<EntryRow>`
    select e.id, e.fingerprint, e.state, e.starts_at, e.latest from ${list(alerts.map((alert) => alert.fingerprint))} f
      cross join alert_entries e on e.organization = ${organization} and e.receiver = ${receiver}
        and e.fingerprint = f.value and e.latest = 1
    union
    select e.id, e.fingerprint, e.state, e.starts_at, e.latest from ${list(firings)} f
      cross join alert_entries e on e.organization = ${organization} and e.receiver = ${receiver}
        and e.fingerprint = f.value ->> 0 and e.state = f.value ->> 1 and e.starts_at = f.value ->> 2`.execute(
    db,
  );
  const dealtWith = Map.groupBy(
    starts.length === 0
      ? []
      : await dealtWithOf(
          db,
          rows.map(({ id }) => id),
        ),
    ({ entry }) => entry,
  );
  return rows.map(({ id, fingerprint, state, starts_at, latest }) => ({
    id,
    fingerprint,
    state: state as KnownEntry["state"],
    startsAt: starts_at ?? undefined,
    latest: latest === 1,
    dealtWith: (dealtWith.get(id) ?? []).map(({ action_id, link }) => linkOf({ actionId: action_id, link })),
  }));
}

async function dealtWithOf(db: Kysely<Database>, entries: readonly string[]) {
  const { rows } = await sql<{ entry: string; action_id: string; link: number }>`
    select distinct entry, action_id, link from alert_outcomes
    where entry in (select value from ${list(entries)}) and kind in ('started', 'refused', 'alive')`.execute(
    db,
  );
  return rows;
}

async function keysOf(
  db: Kysely<Database>,
  { organization, starts }: Ask,
): Promise<ReadonlyMap<string, KeyStanding>> {
  if (starts.length === 0) return new Map();
  const asked = starts.map(({ actionId, key }) => [actionId, storedKey(key)]);
  const { rows } = await sql<{ action_id: string; key: string; started_at: number; live: string | null }>`
    select distinct k.action_id, k.key, k.started_at, r.id as live from ${list(asked)} f
      cross join alert_keys k on k.organization = ${organization}
        and k.action_id = f.value ->> 0 and k.key = f.value ->> 1
      left join runs r on r.id = k.run and k.key <> '' and r.state in ('waiting', 'queued', 'running')`.execute(
    db,
  );
  return new Map(
    rows.map((row) => [
      `${row.action_id} ${row.key}`,
      { live: row.live ?? undefined, startedAt: row.started_at },
    ]),
  );
}

interface WaitingRow {
  run: string;
  receiver: string;
  fingerprint: string;
  starts_at: number | null;
  action_id: string;
  key: string;
  asks: number;
}

/** The waiting runs that alerts of the message may end, or join. */
async function waitingOf(
  db: Kysely<Database>,
  { organization, receiver, alerts, now }: Ask,
  keys: readonly KeyStanding[],
): Promise<readonly WaitingRun[]> {
  const live = keys.flatMap((key) => key.live ?? []);
  const ended = alerts.filter(({ state }) => state === "resolved").map(({ fingerprint }) => fingerprint);
  if (live.length + ended.length === 0) return [];
  const { rows } = await sql<WaitingRow>`
    select w.run, w.receiver, w.fingerprint, w.starts_at, w.action_id, w.key,
      r.approval is not null and coalesce(json_extract(r.approval, '$.notBefore'), 0) <= ${now} as asks
    from alert_waiting w join runs r on r.id = w.run and r.state = 'waiting'
    where w.run in (select value from ${list(live)} union
      select m.run from ${list(ended)} f cross join alert_waiting m
        on m.organization = ${organization} and m.receiver = ${receiver} and m.fingerprint = f.value)`.execute(
    db,
  );
  return [...Map.groupBy(rows, ({ run }) => run)].map(([run, members]) => {
    const own = members.filter((member) => member.receiver === receiver);
    const { action_id, key, asks } = members[0]!;
    return {
      run,
      key: `${action_id} ${key}`,
      asksApproval: asks === 1,
      alerts: own.map(({ fingerprint, starts_at }) => ({ fingerprint, startsAt: starts_at ?? undefined })),
      elsewhere: members.length - own.length,
    };
  });
}

async function bucketsOf(
  db: Kysely<Database>,
  { organization, receiver, starts }: Ask,
): Promise<Pick<Standing, "receiver" | "actions">> {
  const asked = [["receiver", receiver], ...starts.map(({ actionId }) => ["action", actionId])];
  const { rows } = await sql<TokenBucket & { of: string; name: string }>`
    select distinct b."of", b.name, b.tokens, b.at from ${list(asked)} f cross join alert_buckets b
      on b.organization = ${organization} and b."of" = f.value ->> 0 and b.name = f.value ->> 1`.execute(db);
  const buckets = rows.map(({ of, name, tokens, at }) => ({ of, name, bucket: { tokens, at } }));
  return {
    receiver: buckets.find(({ of }) => of === "receiver")?.bucket,
    actions: new Map(buckets.filter(({ of }) => of === "action").map(({ name, bucket }) => [name, bucket])),
  };
}
