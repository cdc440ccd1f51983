import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AuditQuery, type AuditRow, auditOutcomes } from "../../../../src/access/ports.ts";
import { migrate } from "../../../../src/store/migrations/migrate.ts";
import { migrations } from "../../../../src/store/migrations/migrations.ts";
import { nodeSqlite } from "../../../../src/store/sqlite/dialect.ts";
import type { Database } from "../../../../src/store/tables/database.ts";
import { auditQuery, readAudit } from "../../../../src/store/verbs/access/read-audit.ts";
import { recordAudit } from "../../../../src/store/verbs/access/record-audit.ts";
import { samples } from "../../../samples.ts";

let database: DatabaseSync;
let db: Kysely<Database>;
beforeAll(() => {
  database = new DatabaseSync(":memory:");
  migrate(database, migrations, 0);
  db = new Kysely<Database>({ dialect: nodeSqlite(database) });
});
afterAll(() => database.close());

type Asked = Partial<AuditQuery>;
const whole = (asked: Asked): AuditQuery => ({
  organization: "default",
  before: undefined,
  limit: 50,
  ...asked,
});

function plan(asked: Asked): string {
  const { sql, parameters } = auditQuery(db, whole(asked)).compile();
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(parameters as (string | number)[]));
  return rows.map(({ detail }) => String(detail)).join("; ");
}

const shapes: readonly (readonly [Asked, string, string])[] = [
  [{}, "audit_newest", "organization=?"],
  [{ outcome: "done" }, "audit_newest", "organization=?"],
  [{ actor: "a" }, "audit_of_actor", "organization=? AND actor=?"],
  [{ action: "a" }, "audit_of_action", "organization=? AND action=?"],
  [{ object: "a" }, "audit_of_object", "organization=? AND object=?"],
  [{ outcome: "refused" }, "audit_not_done", "organization=? AND outcome=?"],
  [{ outcome: "refused", action: "a" }, "audit_not_done", "organization=? AND outcome=?"],
  [{ outcome: "refused", action: "a", actor: "a" }, "audit_of_actor", "organization=? AND actor=?"],
  [{ outcome: "done", action: "a" }, "audit_of_action", "organization=? AND action=?"],
  [
    { outcome: "failed", action: "a", actor: "a", object: "a" },
    "audit_of_object",
    "organization=? AND object=?",
  ],
];
const before = { at: 5, number: 3 };
const spans: readonly (readonly [Asked, string])[] = [
  [{}, ""],
  [{ since: 1 }, " AND at>?"],
  [{ until: 9 }, " AND at<?"],
  [{ before }, " AND at<?"],
  [{ since: 1, until: 9 }, " AND at<?"],
  [{ since: 1, before }, " AND at<?"],
];

describe("a page of the audit", () => {
  for (const [asked, index, columns] of shapes)
    for (const [span, range] of spans)
      it(`reads the end of an index in its order, and sorts nothing: ${JSON.stringify({ ...asked, ...span })}`, () => {
        expect(plan({ ...asked, ...span })).toBe(`SEARCH audit USING INDEX ${index} (${columns}${range})`);
      });

  it("holds exactly what fits, newest first, over all pages, whatever is asked", async () => {
    const few = (text: string) => fc.constantFrom(...text);
    const written = await fc.sample(
      fc.record({
        at: fc.nat(9),
        actor: few("ab"),
        action: few("xy"),
        object: few("op"),
        outcome: fc.constantFrom(...auditOutcomes),
      }),
      120,
    );
    for (const entry of written) await recordAudit(db, { organization: "default", ...entry });
    await recordAudit(db, { organization: "other", at: 1, actor: "a", action: "x", object: "o" });
    const all = await readAudit(db, whole({ limit: 1_000 }));
    expect(all).toHaveLength(120);
    const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const asking = fc.record({
      since: maybe(fc.nat(10)),
      until: maybe(fc.nat(10)),
      actor: maybe(few("ab")),
      action: maybe(few("xy")),
      object: maybe(few("op")),
      outcome: maybe(fc.constantFrom(...auditOutcomes)),
      limit: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(asking, async (asked) => {
        const pages: AuditRow[] = [];
        for (;;) {
          const page = await readAudit(db, whole({ ...asked, before: pages.at(-1) }));
          pages.push(...page);
          if (page.length < asked.limit) break;
        }
        const { since = 0, until = 99, actor, action, object, outcome } = asked;
        const fits = (row: AuditRow) =>
          row.at >= since &&
          row.at < until &&
          [actor ?? row.actor, action ?? row.action, object ?? row.object, outcome ?? row.outcome].join() ===
            [row.actor, row.action, row.object, row.outcome].join();
        const expected = all.filter(fits).toSorted((a, b) => b.at - a.at || b.number - a.number);
        expect(pages).toEqual(expected);
      }),
      samples(50, 500),
    );
  });
});
