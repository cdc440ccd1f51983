import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BundleFile } from "../../../src/core/bundle/bundle-file.ts";
import { actionDigest, codeDigest } from "../../../src/core/bundle/digest.ts";
import { codeInZipFileName, zipFileName } from "../../../src/core/bundle/zip-file-name.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { samples } from "../../samples.ts";
import { bundleFiles } from "./arbitrary-bundle.ts";
import vectors from "./vectors.json" with { type: "json" };

interface VectorFile {
  path: string;
  mode: string;
  text?: string;
  base64?: string;
}
const fromVector = (file: VectorFile): BundleFile => ({
  path: file.path,
  mode: file.mode as BundleFile["mode"],
  bytes: Buffer.from(file.base64 ?? file.text ?? "", file.base64 === undefined ? "utf8" : "base64"),
});

describe("codeDigest", () => {
  it.each(vectors.codeDigests)("agrees with the vector: $name", ({ files, codeDigest: expected }) => {
    expect(codeDigest((files as VectorFile[]).map(fromVector))).toBe(expected);
  });

  it("does not depend on the order in which files come", () => {
    fc.assert(
      fc.property(bundleFiles, fc.infiniteStream(fc.nat()), (files, order) => {
        const shuffled = files
          .map((file) => ({ file, at: order.next().value as number }))
          .sort((left, right) => left.at - right.at)
          .map(({ file }) => file);
        expect(codeDigest(shuffled)).toBe(codeDigest(files));
      }),
      samples(100, 10_000),
    );
  });

  it("changes with any change of a path, a mode or a byte, and with any file more or less", () => {
    fc.assert(
      fc.property(bundleFiles, fc.nat(), fc.nat(), (files, which, where) => {
        fc.pre(files.length > 0);
        const index = which % files.length;
        const file = files[index]!;
        const flipped = Uint8Array.from(file.bytes.length > 0 ? file.bytes : [0, 0]);
        flipped[where % flipped.length]! ^= 1 << (where % 8);
        const changed: readonly (readonly BundleFile[])[] = [
          files.with(index, { ...file, path: `${file.path}x` }),
          files.with(index, { ...file, mode: file.mode === "file" ? "executable" : "file" }),
          files.with(index, { ...file, bytes: flipped }),
          files.with(index, { ...file, bytes: Buffer.concat([file.bytes, Buffer.of(0)]) }),
          files.toSpliced(index, 1),
        ];
        const digests = [files, ...changed].map(codeDigest);
        expect(new Set(digests).size).toBe(digests.length);
      }),
      samples(100, 10_000),
    );
  });

  it("does not confuse a file's content with the frame of a next file", () => {
    const one = [{ path: "a", mode: "file", bytes: Buffer.from("100644 1 0\nb") }] as const;
    const two = [
      { path: "a", mode: "file", bytes: Buffer.of() },
      { path: "b", mode: "file", bytes: Buffer.of() },
    ] as const;
    expect(codeDigest(one)).not.toBe(codeDigest(two));
  });
});

describe("actionDigest", () => {
  it.each(vectors.actionDigests)("agrees with the vector: $name", (vector) => {
    const action = vector.action as JsonObject;
    expect(actionDigest(action, vector.codeDigest)).toBe(vector.actionDigest);
    expect(zipFileName(String(action.name), vector.codeDigest)).toBe(vector.zipFileName);
    expect(codeInZipFileName(vector.zipFileName)).toBe(vector.codeDigest.slice(0, 24));
  });

  it("reads no digest out of a name that another client chose", () => {
    for (const name of ["a.zip", "a-123.zip", `a-${"g".repeat(24)}.zip`, `${"a".repeat(24)}.zip`, ""])
      expect(codeInZipFileName(name)).toBeUndefined();
  });
});
