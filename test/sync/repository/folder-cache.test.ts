import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FolderCache } from "../../../src/sync/repository/folder-cache.ts";
import { testFolder } from "./test-repository.ts";

type Value = { digest: string; text: string };
const id = (index: number) => index.toString(16).padStart(40, "0");
const open = (folder: string | undefined, key = "engine 1") => FolderCache.open<Value>(folder, key);

describe("a cache of what folders meant", () => {
  it("remembers across openings, for its key alone", async () => {
    const folder = join(testFolder({}), "deep/rota");
    const cache = await open(folder);
    expect(cache.get(id(1))).toBeUndefined();
    const value = { digest: "d", text: 'ä\n"\\ \u2028 line' };
    cache.set(id(1), value);
    cache.set(id(2), { digest: "e", text: "" });
    expect(cache.get(id(1))).toEqual(value);
    expect(await cache.save()).toBe(true);
    expect(await cache.save()).toBe(false);
    const again = await open(folder);
    expect(again.get(id(1))).toEqual(value);
    expect(again.get(id(2))).toEqual({ digest: "e", text: "" });
    again.set(id(3), value);
    await again.save();
    expect((await open(folder)).get(id(1))).toEqual(value);
    expect((await open(folder, "engine 2")).get(id(1))).toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("is empty when its file is cut off, changed anywhere, or something else", async () => {
    const folder = testFolder({});
    const cache = await open(folder);
    for (let index = 0; index < 20; index++) cache.set(id(index), { digest: `${index}`, text: "x" });
    await cache.save();
    const file = join(folder, readdirSync(folder)[0]!);
    const whole = readFileSync(file);
    const spoiled = [
      Buffer.alloc(0),
      Buffer.from("not a cache"),
      whole.subarray(0, whole.length - 1),
      whole.subarray(1),
      Buffer.concat([whole, Buffer.from("\n")]),
      ...[0, 5, 30, 100, whole.length - 2].map((at) => {
        const copy = Buffer.from(whole);
        copy[at]! ^= 1;
        return copy;
      }),
    ];
    for (const bytes of spoiled) {
      writeFileSync(file, bytes);
      const opened = await open(folder);
      for (let index = 0; index < 20; index++) expect(opened.get(id(index))).toBeUndefined();
      opened.set(id(1), { digest: "new", text: "" });
      expect(await opened.save()).toBe(true);
      expect((await open(folder)).get(id(1))?.digest).toBe("new");
    }
  });

  it("is never a reason to fail: no folder, no place to write, a folder in the way", async () => {
    const folder = testFolder({ file: "x" });
    for (const place of [undefined, join(folder, "file/rota")]) {
      const cache = await open(place);
      cache.set(id(1), { digest: "d", text: "" });
      expect(cache.get(id(1))?.digest).toBe("d");
      expect(await cache.save()).toBe(false);
    }
    const cache = await open(folder);
    cache.set(id(1), { digest: "d", text: "" });
    await cache.save();
    const name = readdirSync(folder).find((entry) => entry.endsWith(".cache"))!;
    const other = testFolder({});
    mkdirSync(join(other, name));
    const blocked = await open(other);
    blocked.set(id(1), { digest: "d", text: "" });
    expect(await blocked.save()).toBe(false);
    expect(readdirSync(other)).toEqual([name]);
  });

  it("keeps the newest files only, and sweeps up what a process that died left", async () => {
    const folder = testFolder({});
    for (let index = 0; index < 12; index++) {
      const cache = await open(folder, `overlay ${index}`);
      cache.set(id(1), { digest: `${index}`, text: "" });
      await cache.save();
      for (const name of readdirSync(folder)) {
        const { mtimeMs } = statSync(join(folder, name));
        utimesSync(join(folder, name), mtimeMs / 1000 - 10, mtimeMs / 1000 - 10);
      }
    }
    expect(readdirSync(folder)).toHaveLength(8);
    expect((await open(folder, "overlay 11")).get(id(1))?.digest).toBe("11");
    expect((await open(folder, "overlay 0")).get(id(1))).toBeUndefined();
    const dead = `folders-${"0".repeat(32)}.cache.x.tmp`;
    writeFileSync(join(folder, dead), "");
    utimesSync(join(folder, dead), 1, 1);
    const cache = await open(folder, "overlay 11");
    cache.set(id(2), { digest: "", text: "" });
    await cache.save();
    expect(readdirSync(folder)).not.toContain(dead);
  });
});
