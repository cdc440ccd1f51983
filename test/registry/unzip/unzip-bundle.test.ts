import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { codeDigest } from "../../../src/core/bundle/digest.ts";
import { bundleLimits } from "../../../src/core/bundle/limits.ts";
import { RegistryError } from "../../../src/registry/registry-error.ts";
import { unzipBundle } from "../../../src/registry/unzip/unzip-bundle.ts";
import vectors from "../../core/bundle/vectors.json" with { type: "json" };
import { samples } from "../../samples.ts";
import { type Crafted, craftZip, type Envelope } from "./craft-zip.ts";

const main: Crafted = { name: "main.py", content: "def main():\n    pass\n" };
const names = async (entries: readonly Crafted[], envelope?: Envelope) =>
  (await unzipBundle(craftZip(entries, envelope))).files.map(({ path }) => path);
const refused = (bytes: Uint8Array, code: string, message: RegExp = /./) =>
  expect(unzipBundle(bytes)).rejects.toMatchObject({
    name: "RegistryError",
    kind: "invalid",
    code,
    message: expect.stringMatching(message),
  });

describe("an archive as users and tools make them", () => {
  it("gives its files with their bytes and executable bit", async () => {
    const zip = craftZip([
      main,
      { name: "run.sh", content: "#!/bin/sh\n", unixMode: 0o100755 },
      { name: "data/", content: "", method: 0, unixMode: 0o040755 },
      { name: "data/a.bin", content: Buffer.from([0, 255, 1]), method: 0, unixMode: 0, madeBy: 0 },
    ]);
    expect(await unzipBundle(zip)).toEqual({
      manifest: undefined,
      files: [
        { path: "data/a.bin", mode: "file", bytes: Buffer.from([0, 255, 1]) },
        { path: "main.py", mode: "file", bytes: Buffer.from("def main():\n    pass\n") },
        { path: "run.sh", mode: "executable", bytes: Buffer.from("#!/bin/sh\n") },
      ],
    });
  });

  it("is stripped of one common top folder and of what desktops add, unless told not to", async () => {
    const zipped: Crafted[] = [
      { name: "my_action/", method: 0, unixMode: 0o040755 },
      { ...main, name: "my_action/main.py" },
      { name: "my_action/lib/x.py", content: "x" },
      { name: "my_action/action.yaml", content: "type: scheduled\n" },
      { name: "my_action/.DS_Store", content: "x" },
      { name: "__MACOSX/._my_action", content: "x" },
      { name: "__MACOSX/my_action/._main.py", content: "x" },
    ];
    expect(await names(zipped)).toEqual(["lib/x.py", "main.py"]);
    const { manifest } = await unzipBundle(craftZip(zipped));
    expect(Buffer.from(manifest ?? []).toString()).toBe("type: scheduled\n");
    const kept = await unzipBundle(craftZip(zipped), { stripTopFolder: false });
    expect(kept.files.map(({ path }) => path)).toContain("my_action/main.py");
    expect(await names([{ ...main, name: "a/main.py" }, { name: "b/x.py" }])).toEqual([
      "a/main.py",
      "b/x.py",
    ]);
    expect(await names([main, { name: "lib/x.py" }])).toEqual(["lib/x.py", "main.py"]);
  });

  it("may name files in UTF-8 without saying so, as macOS does, or in CP437, as the format says", async () => {
    expect(await names([main, { name: "ä.txt", flags: 0 }])).toEqual(["main.py", "ä.txt"]);
    expect(await names([main, { name: Buffer.from([0x84, 0x2e, 0x61]), flags: 0 }])).toEqual([
      "main.py",
      "ä.a",
    ]);
  });

  it("may have a comment, and may be empty", async () => {
    expect(await names([main], { comment: Buffer.from("0123456789abcdef") })).toEqual(["main.py"]);
    expect(await unzipBundle(craftZip([]))).toEqual({ files: [], manifest: undefined });
  });

  it.each(vectors.codeDigests)(
    "has the code digest that the CLI's vectors say: $name",
    async ({ files, codeDigest: code }) => {
      const entries = (files as { path: string; mode: string; text?: string; base64?: string }[]).map(
        (file) => ({
          name: file.path,
          content: Buffer.from(file.base64 ?? file.text ?? "", file.base64 === undefined ? "utf8" : "base64"),
          unixMode: file.mode === "executable" ? 0o100755 : 0o100644,
        }),
      );
      const unzipped = await unzipBundle(craftZip(entries), { stripTopFolder: false });
      expect(codeDigest(unzipped.files)).toBe(code);
    },
  );

  it("is read as Python's own zipfile wrote it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rota-unzip-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, "tool/lib"), { recursive: true });
    writeFileSync(join(folder, "tool/main.py"), "print(1)\n");
    writeFileSync(join(folder, "tool/lib/ö.py"), "x = 1\n".repeat(1000));
    const script = "import shutil; shutil.make_archive('out', 'zip', '.', 'tool')";
    execFileSync("python3", ["-I", "-c", script], { cwd: folder });
    const { files } = await unzipBundle(readFileSync(join(folder, "out.zip")));
    expect(files.map(({ path, bytes }) => [path, bytes.length])).toEqual([
      ["lib/ö.py", 6000],
      ["main.py", 9],
    ]);
  });
});

describe("a hostile archive is refused", () => {
  const illegal = vectors.illegalNames.filter((name) => !name.endsWith("/"));
  it.each(illegal.map((name) => ({ name: JSON.stringify(name).slice(0, 40), value: name })))(
    "with the name $name",
    async ({ value }) => {
      await refused(craftZip([main, { name: value }]), "ZIP_NAME");
      await refused(craftZip([main, { name: `${value}/`, method: 0, unixMode: 0o040755 }]), "ZIP_NAME");
    },
  );

  it("with an illegal name in what would be left out or stripped", async () => {
    await refused(craftZip([main, { name: "__MACOSX/../../x" }]), "ZIP_NAME");
    await refused(craftZip([{ name: "top/main.py" }, { name: "top/C:x" }]), "ZIP_NAME", /drive/);
    await refused(
      craftZip([main, { name: Buffer.from([0x61, 0xff, 0x62]), flags: 0x800 }]),
      "ZIP_NAME",
      /UTF-8/,
    );
  });

  it.each(vectors.colliding.map((pair) => ({ pair })))("with $pair together", async ({ pair }) => {
    await refused(craftZip(pair.map((name) => ({ name }))), "ZIP_NAME");
  });

  it("with a folder that is also a file", async () => {
    await refused(
      craftZip([main, { name: "lib" }, { name: "lib/", method: 0, unixMode: 0o040755 }]),
      "ZIP_NAME",
    );
  });

  it.each([
    ["symbolic link", 0o120777],
    ["device", 0o020666],
    ["device", 0o060666],
    ["pipe", 0o010666],
    ["socket", 0o140666],
    ["folder", 0o040755],
    ["special file", 0o170000],
  ])("with a %s among its entries", async (kind, unixMode) => {
    for (const madeBy of [3, 0, 19])
      await refused(
        craftZip([main, { name: "evil", content: "/etc/passwd", unixMode, madeBy }]),
        "ZIP_NOT_A_FILE",
        new RegExp(kind),
      );
  });

  it("with more entries than are taken, whatever its end record says", async () => {
    const many = Array.from({ length: bundleLimits.entries + 1 }, (_, index) => ({
      name: `f${index}`,
      method: 0,
    }));
    await refused(craftZip(many), "ZIP_TOO_LARGE", /10001 entries/);
    expect(await names(many.slice(1))).toHaveLength(bundleLimits.entries);
    await refused(craftZip(many, { entries: 5 }), "ZIP_UNREADABLE");
  });

  it("that grows far beyond the limit, before it has grown", async () => {
    const zeros = Buffer.alloc(64 * 1024 * 1024);
    const bomb = craftZip([main, { name: "zeros", content: zeros }]);
    expect(bomb.length).toBeLessThan(100_000);
    await refused(bomb, "ZIP_TOO_LARGE", /200 times/);
    await refused(craftZip([main, { name: "big", declaredSize: 0xffff_fff0 }]), "ZIP_TOO_LARGE");
    const limits = { ...bundleLimits, totalSize: 1000 };
    const two = craftZip([
      { name: "a", content: "x".repeat(600) },
      { name: "b", content: "x".repeat(600) },
    ]);
    await expect(unzipBundle(two, { limits })).rejects.toMatchObject({ code: "ZIP_TOO_LARGE" });
  });

  it("that lies about a size or a checksum", async () => {
    const content = "x".repeat(50_000);
    await refused(craftZip([{ name: "a", content, declaredSize: 10 }]), "ZIP_UNREADABLE", /damaged/);
    await refused(craftZip([{ name: "a", content, declaredSize: 60_000 }]), "ZIP_UNREADABLE", /damaged/);
    await refused(craftZip([{ name: "a", content, method: 0, declaredSize: 10 }]), "ZIP_UNREADABLE");
    await refused(craftZip([{ name: "a", content, crc: 1 }]), "ZIP_DAMAGED");
  });

  it("whose entries share or overlap their data", async () => {
    const bomb = craftZip([
      { name: "a", content: "x".repeat(1000) },
      { name: "a", sharesDataOf: 0 },
    ]);
    await refused(bomb, "ZIP_OVERLAP");
    const other = craftZip([
      { name: "a", content: "x" },
      { name: "b", localName: "a", sharesDataOf: 0 },
    ]);
    await refused(other, "ZIP_DAMAGED", /another name/);
    const long = craftZip([
      { name: "a", content: "y", declaredCompressed: 40 },
      { name: "b", content: "z" },
    ]);
    await refused(long, "ZIP_OVERLAP");
    const into = craftZip([{ name: "a", content: "y", method: 0, declaredCompressed: 30, declaredSize: 30 }]);
    await refused(into, "ZIP_OVERLAP", /directory/);
  });

  it("that hides behind or in front of something else", async () => {
    const script = Buffer.from("#!/bin/sh\nexit\n");
    await refused(craftZip([main], { before: script }), "ZIP_UNREADABLE");
    await refused(craftZip([main], { before: script, shifted: true }), "ZIP_UNREADABLE", /in front/);
    await refused(craftZip([], { before: script, shifted: true }), "ZIP_UNREADABLE");
    await refused(craftZip([main], { between: script }), "ZIP_UNREADABLE");
    await refused(craftZip([main], { after: script }), "ZIP_UNREADABLE");
    await refused(craftZip([main], { after: craftZip([{ name: "x" }]) }), "ZIP_UNREADABLE");
    await refused(craftZip([main], { comment: craftZip([]) }), "ZIP_UNREADABLE");
  });

  it("that is encrypted, split, zip64 or of an unknown method", async () => {
    for (const flags of [0x801, 0x2800]) await refused(craftZip([{ ...main, flags }]), "ZIP_ENCRYPTED");
    await refused(craftZip([{ ...main, flags: 0x840 }]), "ZIP_UNREADABLE", /encryption/);
    for (const method of [1, 9, 12, 14, 93, 99])
      await refused(craftZip([{ ...main, method }]), "ZIP_UNSUPPORTED");
    await refused(craftZip([main], { entries: 0xffff }), "ZIP_UNSUPPORTED", /zip64/);
    await refused(craftZip([main], { directoryOffset: 0xffff_ffff }), "ZIP_UNSUPPORTED", /zip64/);
  });

  it("whose folder has content", async () => {
    await refused(craftZip([main, { name: "lib/", content: "x", unixMode: 0o040755 }]), "ZIP_DAMAGED");
  });

  it("that is cut off anywhere, or is no archive", async () => {
    const whole = craftZip([main, { name: "lib/x.py", content: "x = 1\n".repeat(50) }]);
    for (let length = 0; length < whole.length; length += 1)
      await expect(unzipBundle(whole.subarray(0, length))).rejects.toBeInstanceOf(RegistryError);
    for (const bytes of ["", "PK", "not a zip", "\u0000".repeat(100)])
      await refused(Buffer.from(bytes), "ZIP_UNREADABLE");
  });

  it("in a sentence without control characters", async () => {
    const error = await unzipBundle(craftZip([main, { name: "\u001b[2J\r\n../x" }])).catch(
      (caught) => caught,
    );
    expect((error as Error).message).not.toMatch(/\p{Cc}/u);
  });

  it("or is read whole: changed bytes never crash, hang or leave the folder", async () => {
    const whole = craftZip([
      main,
      { name: "lib/x.py", content: "x".repeat(300) },
      { name: "t.sh", unixMode: 0o100755 },
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          const outcome = await unzipBundle(bytes).catch((error: unknown) => error);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(RegistryError);
          else
            for (const { path } of (outcome as { files: { path: string }[] }).files)
              expect(path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)|\0|\\/);
        },
      ),
      samples(300, 30_000),
    );
  });
});
