import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore, type Store } from "../../src/store/index.ts";
import { instant, newRun, someVersion } from "../contract/run-store.ts";
import { soak } from "../samples.ts";

let folder: string;
let path: string;
const opened: Store[] = [];
const open = async (): Promise<Store> => {
  const store = await openStore({ path });
  opened.push(store);
  return store;
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rota-open-"));
  path = join(folder, "rota.db");
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(folder, { recursive: true });
});

/** Does something to the file while no store has it open. */
const tamper = (sql: string) => {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
};
const writer = () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "write-runs.ts"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { child, lines: createInterface({ input: child.stdout }) };
};

describe("openStore", () => {
  it("keeps what was acknowledged for the next start", async () => {
    const version = someVersion();
    const before = await open();
    await before.runs.place(version, instant);
    await before.close();
    const after = await open();
    expect((await after.runs.due(instant, 10)).ticks).toMatchObject([{ fire: instant }]);
  });

  it("rolls a failing call back alone when many come at once", async () => {
    const store = await open();
    const version = someVersion({ concurrency: { limit: undefined, overlap: "allow" } });
    await store.runs.place(version, undefined);
    const calls = Array.from({ length: 100 }, (_, index) =>
      store.runs.create(
        [newRun(version), newRun(version, { version: index % 3 === 0 ? 99 : undefined })],
        undefined,
      ),
    );
    const settled = await Promise.allSettled(calls);
    const refused = settled.filter((one) => one.status === "rejected");
    expect(refused).toHaveLength(34);
    for (const one of refused)
      expect(one.reason).toMatchObject({ name: "StoreError", code: "VERSION_MOVED" });
    const { items } = await store.runs.find({ organization: "default", limit: 1000 });
    expect(items).toHaveLength(66 * 2);
  });

  it("answers what was called before it was closed, and refuses what comes after", async () => {
    const store = await open();
    const version = someVersion();
    const placed = store.runs.place(version, undefined);
    const created = store.runs.create([newRun(version)], undefined);
    await Promise.all([store.close(), store.close()]);
    await placed;
    expect(await created).toHaveLength(1);
    await expect(store.runs.due(instant, 1)).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("refuses a data folder that another store has open", async () => {
    const store = await open();
    await expect(openStore({ path })).rejects.toMatchObject({ code: "IN_USE" });
    await store.close();
    await expect(open()).resolves.toBeDefined();
  });

  it("refuses a data folder that another process has open, until that one is killed", async () => {
    const { child, lines } = writer();
    await once(lines, "line");
    await expect(openStore({ path })).rejects.toMatchObject({ code: "IN_USE" });
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect(open()).resolves.toBeDefined();
  });

  it("refuses a file that a newer version has written, and says so", async () => {
    await (await open()).close();
    tamper("insert into schema_migrations values (9999, 'from the future', 'x', 0)");
    const refused = openStore({ path });
    await expect(refused).rejects.toMatchObject({ code: "NEWER_SCHEMA" });
    await expect(refused).rejects.toThrow(/newer version of Rota.*from the future/);
  });

  it("refuses a file whose schema another build has made", async () => {
    await (await open()).close();
    tamper("update schema_migrations set checksum = 'another' where number = 1");
    await expect(openStore({ path })).rejects.toMatchObject({ code: "CHANGED_MIGRATION" });
  });

  it("refuses a file that is no database", async () => {
    const { writeFileSync } = await import("node:fs");
    writeFileSync(path, "this is a text file, not a database".repeat(100));
    await expect(openStore({ path })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("loses no acknowledged write to kill -9", async () => {
    const [rounds, writes] = soak ? [20, 300] : [3, 100];
    const acknowledged: string[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const { child, lines } = writer();
      lines.on("line", (line) => {
        acknowledged.push(line);
        if (acknowledged.length >= round * writes) child.kill("SIGKILL");
      });
      // "close" comes once the pipe is empty: every line that was written has been read.
      await once(child, "close");
    }
    const store = await open();
    for (const run of acknowledged) {
      expect(await store.runs.get("default", run), `run ${run}`).toMatchObject({ id: run, state: "queued" });
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(rounds * writes);
  });
});
