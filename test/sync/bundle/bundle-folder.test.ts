import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BundleFile } from "../../../src/core/bundle/bundle-file.ts";
import { codeDigest } from "../../../src/core/bundle/digest.ts";
import { unzipBundle } from "../../../src/registry/unzip/unzip-bundle.ts";
import { bundleFolder } from "../../../src/sync/bundle/bundle-folder.ts";
import { bundleFiles } from "../../core/bundle/arbitrary-bundle.ts";
import { samples } from "../../samples.ts";

const run = promisify(execFile);
const file = (path: string, text: string, mode: BundleFile["mode"] = "file"): BundleFile => ({
  path,
  mode,
  bytes: Buffer.from(text),
});
const byPath = (files: readonly BundleFile[]) =>
  files
    .map(({ path, mode, bytes }) => ({ path, mode, bytes: Buffer.from(bytes).toString("base64") }))
    .sort((left, right) => (left.path < right.path ? -1 : 1));

describe("bundleFolder", () => {
  it("makes the same bytes whatever the time zone, umask, locale and order of files", async () => {
    const child = fileURLToPath(new URL("print-zip-hash.ts", import.meta.url));
    const worlds = [
      { TZ: "UTC", LC_ALL: "C", umask: "022" },
      { TZ: "Pacific/Kiritimati", LC_ALL: "C.UTF-8", umask: "077" },
      { TZ: "America/St_Johns", LC_ALL: "tr_TR.UTF-8", umask: "000" },
    ];
    const printed = await Promise.all(
      worlds.map(async ({ umask, ...env }, turn) => {
        const script = `umask ${umask} && exec "$0" "$1" "$2"`;
        const { stdout } = await run("sh", ["-c", script, process.execPath, child, String(turn * 5)], {
          env: { PATH: process.env.PATH, ...env },
        });
        return stdout;
      }),
    );
    expect(printed[0]).toMatch(/^[0-9a-f]{64} [0-9a-f]{64}\n$/);
    expect(new Set(printed).size).toBe(1);
  });

  it("leaves the manifest out of zip and digest, but only the one at the top", async () => {
    const code = [file("main.py", "x"), file("templates/action.yaml", "y")];
    const bundle = await bundleFolder([...code, file("action.yaml", "type: scheduled\n")]);
    expect(bundle).toEqual(await bundleFolder(code));
    const { files } = await unzipBundle(bundle.zip);
    expect(files.map(({ path }) => path)).toEqual(["main.py", "templates/action.yaml"]);
  });

  it("comes back from unzip as it went in", async () => {
    await fc.assert(
      fc.asyncProperty(bundleFiles, async (files) => {
        const bundle = await bundleFolder(files);
        const back = await unzipBundle(bundle.zip, { stripTopFolder: false });
        expect(byPath(back.files)).toEqual(byPath(files));
        expect(codeDigest(back.files)).toBe(bundle.codeDigest);
        expect((await bundleFolder(files.toReversed())).zip).toEqual(bundle.zip);
      }),
      samples(25, 2_500),
    );
  });

  it("makes a valid zip of an action without code", async () => {
    const bundle = await bundleFolder([file("action.yaml", "type: runbook\n")]);
    expect((await unzipBundle(bundle.zip)).files).toEqual([]);
  });
});
