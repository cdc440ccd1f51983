import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { sha256 } from "../../../src/core/json.ts";
import { fileBlobs } from "../../../src/store/files/blobs.ts";
import { bundleFolders } from "../../../src/store/files/bundle-folders.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "rota-files-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}
const everything = (root: string) => readdirSync(root, { recursive: true, encoding: "utf8" }).sort();

it("blobs come back as they were put, under their digest, once", async () => {
  const root = folder();
  const blobs = fileBlobs(root);
  const bytes = Buffer.from("archive");
  const digest = sha256(bytes);
  await Promise.all([blobs.put(digest, bytes), blobs.put(digest, bytes), blobs.put(digest, bytes)]);
  expect(await blobs.get(digest)).toEqual(bytes);
  expect(everything(root)).toEqual([digest.slice(0, 2), join(digest.slice(0, 2), digest)]);
  expect(await blobs.get(sha256("other"))).toBeUndefined();
});

it("blobs refuse bytes that are not what the digest says, and names that are no digest", async () => {
  const root = folder();
  const blobs = fileBlobs(root);
  await expect(blobs.put(sha256("a"), Buffer.from("b"))).rejects.toThrow(RangeError);
  for (const hostile of ["../../etc/passwd", "", "A".repeat(64), `${"a".repeat(64)}/x`])
    await expect(blobs.get(hostile)).rejects.toThrow(RangeError);
  expect(everything(root)).toEqual([]);
});

it("a bundle's folder appears whole, read-only and whatever the umask, also when many unpack it at once", async () => {
  const root = folder();
  const bundles = bundleFolders(root);
  const code = "c".repeat(64);
  const files = [
    { path: "main.py", mode: "file" as const, bytes: Buffer.from("1") },
    { path: "lib/deep/tool.sh", mode: "executable" as const, bytes: Buffer.from("2") },
  ];
  const umask = process.umask(0o077);
  onTestFinished(() => void process.umask(umask));
  const paths = await Promise.all([
    bundles.put(code, files),
    bundles.put(code, files),
    bundles.put(code, []),
  ]);
  expect(new Set(paths)).toEqual(new Set([join(root, code)]));
  expect(readdirSync(root)).toEqual([code]);
  expect(bundles.path(code)).toBe(join(root, code));
  expect(() => bundles.path("../x")).toThrow(RangeError);
});

it("a bundle's files have their bytes and modes", async () => {
  const root = folder();
  const bundles = bundleFolders(root);
  const place = await bundles.put("d".repeat(64), [
    { path: "main.py", mode: "file", bytes: Buffer.from("1") },
    { path: "lib/tool.sh", mode: "executable", bytes: Buffer.from("2") },
  ]);
  expect(readFileSync(join(place, "lib/tool.sh"), "utf8")).toBe("2");
  expect(statSync(join(place, "lib/tool.sh")).mode & 0o777).toBe(0o555);
  expect(statSync(join(place, "main.py")).mode & 0o777).toBe(0o444);
});

it("says so when the disk refuses, and leaves nothing half-written", async () => {
  const root = folder();
  const digest = sha256("a");
  writeFileSync(join(root, digest.slice(0, 2)), "in the way");
  await expect(fileBlobs(root).put(digest, Buffer.from("a"))).rejects.toThrow(/EEXIST|ENOTDIR/);
  const bundles = bundleFolders(root);
  const inTheWay = [
    { path: "a", mode: "file" as const, bytes: Buffer.of() },
    { path: "a/b", mode: "file" as const, bytes: Buffer.of() },
  ];
  await expect(bundles.put("e".repeat(64), inTheWay)).rejects.toThrow();
  expect(everything(root)).toEqual([digest.slice(0, 2)]);
});
