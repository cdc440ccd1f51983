import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startSsh2 } from "../executor/ssh/start-ssh2.ts";
import { emptyFolder, said, supervised, templateWorld } from "./world.ts";

/* Commands that need nothing of the server's: they do the same on another machine, as far as it has the tools. */

vi.setConfig({ testTimeout: 180_000 });
let remote: Awaited<ReturnType<typeof startSsh2>>;
beforeAll(async () => {
  remote = await startSsh2();
});
afterAll(() => remote.end());
const hasSqlite = spawnSync("sqlite3", ["-version"]).status === 0;
const { overSsh } = templateWorld(() => remote.target);

it("E1: Service Restart over ssh", async () => {
  const { parameters, url, log } = await supervised();
  const done = await overSsh("Service Restart", { ...parameters, health_url: url });
  expect(done.run.state, said(done)).toBe("succeeded");
  expect(done.step.before?.provider?.name).toBe("remote");
  expect(done.step.report?.outputs).toEqual({ service: "web", before: "stopped", after: "running" });
  expect(log()).toContain('"GET /health HTTP/1.1" 200');
});

it("E4: Disk Cleanup over ssh", async () => {
  const folder = emptyFolder();
  const file = join(folder, "old $(touch pwned)");
  writeFileSync(file, "");
  utimesSync(file, 1, 1);
  const done = await overSsh("Disk Cleanup", { folders: folder, confirm: true });
  expect(done.run.state, said(done)).toBe("succeeded");
  expect(done.step.report?.outputs).toMatchObject({ files: 1, removed: true });
  expect(existsSync(file)).toBe(false);
});

it.runIf(process.platform === "linux")("E9: Performance Analysis over ssh", async () => {
  const done = await overSsh("Performance Analysis", { seconds: 1 });
  expect(done.run.state, said(done)).toBe("succeeded");
  expect(Number(done.step.measure?.outputs.cpu_percent)).toBeGreaterThanOrEqual(0);
});

it.runIf(hasSqlite)("E10: Database Recovery over ssh", async () => {
  const folder = emptyFolder();
  const [database, backup] = [join(folder, "app.db"), join(folder, "backup.db")];
  const made = new DatabaseSync(backup);
  made.exec("CREATE TABLE orders (what TEXT); INSERT INTO orders VALUES ('tea')");
  made.close();
  const done = await overSsh("Database Recovery", {
    engine: "sqlite",
    database,
    backup,
    check_table: "orders",
  });
  expect(done.run.state, said(done)).toBe("succeeded");
  expect(readFileSync(database)).toEqual(readFileSync(backup));
});

it("E11: Application Reset over ssh", async () => {
  const root = emptyFolder();
  const [folder, good] = [join(root, "app"), join(root, "good")];
  for (const [path, text] of Object.entries({ [folder]: "bad", [good]: "good" })) {
    mkdirSync(path);
    writeFileSync(join(path, "version"), text);
  }
  const given = { folder, source: "folder", good, backups: join(root, "backups") };
  const done = await overSsh("Application Reset", given);
  expect(done.run.state, said(done)).toBe("succeeded");
  expect(readFileSync(join(folder, "version"), "utf8")).toBe("good");
});
