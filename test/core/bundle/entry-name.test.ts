import { posix } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryNameProblems } from "../../../src/core/bundle/entry-name.ts";
import { samples } from "../../samples.ts";
import vectors from "./vectors.json" with { type: "json" };

const codes = (...paths: string[]) => entryNameProblems(paths).map(({ code }) => code);

describe("entryNameProblems", () => {
  it.each(vectors.legalNames.map((name) => ({ name })))("lets $name pass", ({ name }) => {
    expect(entryNameProblems([name])).toEqual([]);
  });

  it.each(vectors.illegalNames.map((name) => ({ name: JSON.stringify(name), value: name })))(
    "refuses $name",
    ({ value }) => {
      expect(codes(value)).toEqual(["NAME_ILLEGAL"]);
    },
  );

  it("refuses a lone surrogate", () => {
    expect(codes("a\ud800.py")).toEqual(["NAME_ILLEGAL"]);
  });

  it.each(vectors.colliding.map((pair) => ({ pair })))("refuses $pair together", ({ pair }) => {
    expect(entryNameProblems(pair)).toHaveLength(1);
    expect(entryNameProblems(pair.toReversed())).toHaveLength(1);
    for (const one of pair) expect(entryNameProblems([one])).toEqual([]);
  });

  it("tells what is wrong with a set of names", () => {
    expect(codes("a", "a")).toEqual(["NAME_DUPLICATE"]);
    expect(codes("lib/a", "LIB/b")).toEqual(["NAME_COLLISION"]);
    expect(codes("a", "a/b")).toEqual(["NAME_FILE_AND_FOLDER"]);
    expect(codes("a/b", "a")).toEqual(["NAME_FILE_AND_FOLDER"]);
    expect(codes("lib/a", "lib/b", "lib/c/d", "lib/c/e")).toEqual([]);
  });

  it("shows no control or direction character of a name that it refuses", () => {
    const [problem] = entryNameProblems(["\u001b]0;x\u0007/\u202e/../x"]);
    expect(problem?.message).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(entryNameProblems(["a".repeat(5000)])[0]?.message.length).toBeLessThan(250);
  });

  it("lets nothing pass that leaves the folder or names one place twice", () => {
    const nasty = fc.string({
      unit: fc.constantFrom("/", "\\", ".", "..", "a", "A", ":", "\0", "\r", " ", "ä", "a\u0308"),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 6 }), (paths) => {
        const bad = new Set(entryNameProblems(paths).map(({ path }) => path));
        const good = paths.filter((path) => !bad.has(path));
        for (const path of good) {
          expect(posix.resolve("/root/folder", path).startsWith("/root/folder/")).toBe(true);
          expect(path).not.toMatch(/[\0\r\\]|^\/|\/$|\/\//);
        }
        const places = good.map((path) => path.normalize("NFC").toLowerCase());
        expect(new Set(places).size).toBe(places.length);
      }),
      samples(100, 10_000),
    );
  });
});
