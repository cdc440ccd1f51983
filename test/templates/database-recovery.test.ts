import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, vi } from "vitest";
import { byStep, emptyFolder, freePort, said, supervised, templateWorld } from "./world.ts";

// Many small programs, one after another: each test is seconds of them, more on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const { atHost } = templateWorld();
const closed = async () => `http://127.0.0.1:${await freePort()}/`;
const hasSqlite = spawnSync("sqlite3", ["-version"]).status === 0;

describe.runIf(hasSqlite)("E10: Database Recovery of SQLite", () => {
  /** A database that lost its rows after a backup of it was made. */
  function lost() {
    const folder = emptyFolder();
    const database = join(folder, "app.db");
    const made = new DatabaseSync(database);
    made.exec("PRAGMA journal_mode = WAL; CREATE TABLE orders (id INTEGER PRIMARY KEY, what TEXT)");
    made.exec("INSERT INTO orders (what) VALUES ('tea'), ('it''s; $(touch pwned)')");
    made.exec(`VACUUM INTO '${join(folder, "backup.db")}'`);
    made.exec("DELETE FROM orders; INSERT INTO orders (what) VALUES ('only this')");
    made.close();
    const copy = new DatabaseSync(join(folder, "backup.db"));
    copy.exec("PRAGMA journal_mode = WAL");
    copy.close();
    const parameters = {
      engine: "sqlite",
      database,
      backup: join(folder, "backup.db"),
      check_table: "orders",
    };
    return { folder, database, parameters };
  }
  const rows = (database: string): unknown[] => {
    // Not read-only: the last one to close a database of this mode cleans up beside it.
    const opened = new DatabaseSync(database);
    const found = opened.prepare("SELECT what FROM orders ORDER BY id").all();
    opened.close();
    return found.map(({ what }) => what);
  };
  const backup = ["tea", "it's; $(touch pwned)"];

  it("restores a copy, keeps the old one, and leaves nothing else", async () => {
    const { folder, database, parameters } = lost();
    const done = await atHost("Database Recovery", { ...parameters, min_rows: 2 });
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(rows(database)).toEqual(backup);
    const kept = done.step.report?.outputs.old as string;
    expect(rows(kept)).toEqual(["only this"]);
    expect(done.step.report?.outputs).toMatchObject({ switched: true, tables: "1", rows: "2" });
    expect(readdirSync(folder).toSorted()).toEqual(["app.db", kept.slice(folder.length + 1), "backup.db"]);
    expect(statSync(database).mode).toBe(statSync(kept).mode);
  });

  it("restores SQL, also where there is no database any more", async () => {
    const { folder, database, parameters } = lost();
    const sql = join(folder, "backup.sql");
    writeFileSync(sql, execFileSync("sqlite3", [parameters.backup, ".dump"]));
    const fresh = join(folder, "fresh.db");
    const done = await atHost("Database Recovery", { ...parameters, database: fresh, backup: sql });
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(rows(fresh)).toEqual(backup);
    expect(rows(database)).toEqual(["only this"]);
  });

  it("changes nothing when the backup does not pass its checks", async () => {
    const { folder, database, parameters } = lost();
    const broken = readFileSync(parameters.backup);
    writeFileSync(join(folder, "broken.db"), broken.fill(0xff, 4096));
    writeFileSync(join(folder, "empty.db"), "");
    for (const [change, why] of [
      [{ min_rows: 3 }, "orders should have 3 rows at least"],
      [{ check_table: "customers" }, "no such table: customers"],
      [{ backup: join(folder, "broken.db") }, "not whole|malformed|not a database|should have"],
      [{ backup: join(folder, "empty.db") }, "or it is empty"],
      [{ backup: join(folder, "none.db") }, "There is no backup"],
      [{ database: "app" }, "app is no sqlite database"],
    ] as const) {
      const done = await atHost("Database Recovery", { ...parameters, ...change });
      expect(done.run.state, said(done)).toBe("failed");
      expect(said(done)).toMatch(new RegExp(why));
      expect(byStep(done)).toMatchObject({ switch: "skipped", back: "succeeded" });
      expect(rows(database)).toEqual(["only this"]);
      expect(readdirSync(folder).filter((name) => name.startsWith("app.db"))).toEqual(["app.db"]);
    }
  });

  it("switches back when what uses it does not answer afterwards", async () => {
    const { folder, database, parameters } = lost();
    const done = await atHost("Database Recovery", { ...parameters, health_url: await closed() });
    expect(done.run.reason).toContain('Step "Check after the switch" failed');
    expect(byStep(done)).toMatchObject({ switch: "succeeded", back: "succeeded" });
    expect(said(done)).toContain("is the old one again");
    expect(rows(database)).toEqual(["only this"]);
    expect(readdirSync(folder).toSorted()).toEqual(["app.db", "backup.db"]);
  });

  it("stops the service for the switch, and starts it again whether it did or not", async () => {
    const { parameters: service, url, log, make, heal } = await supervised();
    await atHost("Service Restart", service);
    const { database, parameters } = lost();
    make("sick");
    const sick = await atHost("Database Recovery", { ...parameters, ...service, health_url: url });
    expect(sick.run.state).toBe("failed");
    expect(rows(database)).toEqual(["only this"]);
    heal();
    const done = await atHost("Database Recovery", { ...parameters, ...service, health_url: url });
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(rows(database)).toEqual(backup);
    // At first; for the switch and for switching back; for the switch.
    expect(log().match(/started as/g)).toHaveLength(4);
  });

  it("runs no program that SQL names", async () => {
    const { folder, parameters } = lost();
    const sql = join(folder, "hostile.sql");
    const made = join(folder, "pwned");
    writeFileSync(sql, `.shell touch ${made}\nCREATE TABLE orders (what TEXT);\n`);
    const done = await atHost("Database Recovery", { ...parameters, backup: sql });
    const safe = spawnSync("sqlite3", ["-safe", ":memory:", "SELECT 1"]).status === 0;
    if (safe) expect(existsSync(made)).toBe(false);
    expect(done.run.state).toBe("failed");
  });
});
