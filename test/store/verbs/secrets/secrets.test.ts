import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sealWith } from "../../../../src/access/index.ts";
import type { SecretStore } from "../../../../src/access/ports.ts";
import { openStore, type Store } from "../../../../src/store/index.ts";

let folder: string;
let store: Store;
let secrets: SecretStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rota-store-"));
  store = await openStore({ path: join(folder, "rota.db") });
  secrets = store.secrets;
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const organization = "default";
const audit = (name: string, at: number, actor = "a@example.com") => ({
  at,
  organization,
  actor,
  object: `secrets:${name}`,
});
const put = (name: string, sealed: string, at = 1, actor = "a@example.com") =>
  secrets.put({ secret: { organization, name, sealed }, audit: audit(name, at, actor) });
const remove = (name: string, at = 9) =>
  secrets.delete({ organization, name, audit: { ...audit(name, at), action: "delete" } });
/** The bytes of all files of the database: itself, its log, its index. */
const files = (): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name)).toString("latin1"))
    .join("\n");

describe("stored secrets", () => {
  it("are listed by name with who set them when, and read as they were sealed", async () => {
    await put("b", "sealed b");
    await put("a", "sealed a", 2);
    await put("b", "sealed again", 3, "b@example.com");
    expect(await secrets.list({ organization })).toEqual([
      { name: "a", createdAt: 2, createdBy: "a@example.com", updatedAt: 2, updatedBy: "a@example.com" },
      { name: "b", createdAt: 1, createdBy: "a@example.com", updatedAt: 3, updatedBy: "b@example.com" },
    ]);
    expect(await secrets.list({ organization: "other" })).toEqual([]);
    expect(await secrets.read({ organization, names: ["b", "none"] })).toEqual([
      { organization, name: "b", sealed: "sealed again" },
    ]);
    expect(await secrets.read({ organization: "other", names: ["b"] })).toEqual([]);
    expect(await secrets.read({ organization, names: [] })).toEqual([]);
  });

  it("are in the audit with every change, and with no other", async () => {
    await put("a", "sealed");
    await put("a", "sealed again", 2);
    expect(await remove("a", 3)).toBe("written");
    expect(await remove("a", 4)).toBe("missing");
    const rows = await store.access.readAudit({ organization, before: undefined, limit: 10 });
    expect(rows.map(({ action, object, at }) => [action, object, at])).toEqual([
      ["delete", "secrets:a", 3],
      ["update", "secrets:a", 2],
      ["create", "secrets:a", 1],
    ]);
  });

  it("are in no file of the database, in no spelling, after any write", async () => {
    const key = randomBytes(32);
    const seal = sealWith(key, "stored secrets");
    for (let round = 0; round < 5; round++) {
      const value = `S3cr3t/+ of round ${round} ${randomBytes(round * 400).toString("hex")}`;
      await put("a", seal.seal(Buffer.from(value), [organization, "a"]), round);
      if (round === 3) await remove("a");
      const kept = files();
      expect(kept).toContain("secrets:a");
      for (const spelled of [
        value.slice(0, 18),
        Buffer.from(value).toString("base64").slice(0, 22),
        encodeURIComponent(value).slice(0, 20),
        Buffer.from(value).toString("hex").slice(0, 30),
      ])
        expect(kept.includes(spelled)).toBe(false);
      for (const spelled of [key.toString("hex"), key.toString("base64"), key.toString("latin1")])
        expect(kept.includes(spelled)).toBe(false);
    }
  });

  it("that were deleted or replaced leave not even what was sealed behind in the database file", async () => {
    const seals = [1, 2, 3].map((number) => `${number}`.repeat(20_000));
    await put("a", seals[0]!);
    await put("b", seals[1]!);
    await put("a", seals[2]!);
    await remove("b");
    await store.close();
    const kept = readFileSync(join(folder, "rota.db")).toString("latin1");
    expect(kept.includes("3".repeat(1000))).toBe(true);
    expect(kept.includes("1".repeat(1000))).toBe(false);
    expect(kept.includes("2".repeat(1000))).toBe(false);
  });
});
