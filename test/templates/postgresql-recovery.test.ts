import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { postgresql, programs } from "./postgresql.ts";
import { byStep, freePort, said, templateWorld } from "./world.ts";

vi.setConfig({ testTimeout: 180_000 });
const { atHost } = templateWorld();

const title = "E10: Database Recovery of PostgreSQL";
describe.skipIf(programs === undefined)(
  programs === undefined ? `${title} (skipped: this machine has no PostgreSQL server)` : title,
  () => {
    /** A database that lost its rows after backups of it were made. */
    async function lost() {
      const { folder, run, query } = await postgresql();
      run("createdb", "shop");
      query("shop", "CREATE TABLE orders (what text); INSERT INTO orders VALUES ('tea'), ('$(touch pwned)')");
      const [custom, sql] = [join(folder, "shop.dump"), join(folder, "shop.sql")];
      run("pg_dump", "-Fc", "-d", "shop", "-f", custom);
      run("pg_dump", "-d", "shop", "-f", sql);
      query("shop", "DELETE FROM orders; INSERT INTO orders VALUES ('only this')");
      return {
        custom,
        sql,
        rows: (database: string) => query(database, "SELECT what FROM orders ORDER BY what DESC"),
        databases: () =>
          query("postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1"),
        parameters: {
          engine: "postgresql",
          database: "shop",
          pg_host: folder,
          check_table: "orders",
          min_rows: 2,
        },
      };
    }

    it("restores a dump of either kind, and keeps the old database", async () => {
      const { custom, sql, rows, databases, parameters } = await lost();
      for (const backup of [custom, sql]) {
        const done = await atHost("Database Recovery", { ...parameters, backup });
        expect(done.run.state, said(done)).toBe("succeeded");
        expect(rows("shop")).toEqual(["tea", "$(touch pwned)"]);
      }
      const old = databases().filter((name) => name.startsWith("shop_old_"));
      expect(databases().toSorted()).toEqual(["postgres", "shop", ...old].toSorted());
      expect(old).toHaveLength(2);
      expect(old.map(rows)).toContainEqual(["only this"]);
    });

    it("changes nothing when the backup does not do, and switches back when users get no answer", async () => {
      const { custom, sql, rows, databases, parameters } = await lost();
      const few = await atHost("Database Recovery", { ...parameters, backup: custom, min_rows: 3 });
      expect(said(few)).toContain("orders should have 3 rows at least");
      expect(byStep(few)).toMatchObject({ switch: "skipped", clean_up: "succeeded" });
      const health_url = `http://127.0.0.1:${await freePort()}/`;
      const silent = await atHost("Database Recovery", { ...parameters, backup: sql, health_url });
      expect(byStep(silent)).toMatchObject({ switch: "succeeded", verified: "failed", back: "succeeded" });
      const wrong = await atHost("Database Recovery", { ...parameters, backup: sql, database: "/tmp/shop" });
      expect(said(wrong)).toContain("/tmp/shop is no postgresql database");
      expect(rows("shop")).toEqual(["only this"]);
      expect(databases()).toEqual(["postgres", "shop"]);
    });
  },
);
