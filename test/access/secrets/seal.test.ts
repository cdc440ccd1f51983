import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parameterSealer, sealWith } from "../../../src/access/index.ts";
import { samples } from "../../samples.ts";

const key = randomBytes(32);
const seal = sealWith(key, "stored secrets");
const owner = ["default", "db-password"];
const bytes = fc.uint8Array({ maxLength: 2000 });

describe("a seal", () => {
  it("gives back any bytes, to the same owner", () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.string(), { maxLength: 3 }), (value, belongsTo) => {
        expect([...seal.open(seal.seal(value, belongsTo), belongsTo)]).toEqual([...value]);
      }),
      samples(100, 10_000),
    );
  });

  it("does not open where a single bit, letter or piece is another", () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.integer({ min: 0, max: 7 }), (value, place, bit) => {
        const sealed = seal.seal(value, owner);
        const letters = Buffer.from(sealed);
        letters[place % letters.length]! ^= 1 << bit;
        expect(() => seal.open(letters.toString("latin1"), owner)).toThrow(/damaged|another secret key/);
        const [id, nonce, text = ""] = sealed.split(".");
        const raw = Buffer.from(text, "base64url");
        raw[place % raw.length]! ^= 1 << bit;
        const flipped = `${id}.${nonce}.${raw.toString("base64url")}`;
        expect(() => seal.open(flipped, owner)).toThrow("damaged, or belongs to something else");
        expect(() => seal.open(`${id}.${nonce}.${text.slice(0, place % text.length)}`, owner)).toThrow(
          "damaged",
        );
      }),
      samples(200, 20_000),
    );
  });

  it("does not open for another organization, name, purpose or key", () => {
    const sealed = seal.seal(Buffer.from("value"), owner);
    for (const other of [
      ["default", "other"],
      ["other", "db-password"],
      ["defaultdb-password"],
      ["default"],
      [],
    ])
      expect(() => seal.open(sealed, other)).toThrow("belongs to something else");
    expect(() => seal.open(sealed, ["default,db-password"])).toThrow("belongs to something else");
    expect(() => sealWith(key, "sealed parameters").open(sealed, owner)).toThrow("something else");
    expect(() => sealWith(randomBytes(32), "stored secrets").open(sealed, owner)).toThrow(
      "another secret key",
    );
  });

  it("is another text each time, and holds the value in no spelling", () => {
    const value = "correct horse battery staple";
    const [first, second] = [seal.seal(Buffer.from(value), owner), seal.seal(Buffer.from(value), owner)];
    expect(first).not.toBe(second);
    expect(first.split(".")[1]).not.toBe(second.split(".")[1]);
    for (const spelled of [value, Buffer.from(value).toString("base64url"), key.toString("base64url")])
      expect(first).not.toContain(spelled);
  });

  it("holds texts for runs, each bound to what it belongs to", () => {
    const sealer = parameterSealer(key);
    const sealed = sealer.seal('{"password":"žluťoučký 🐎"}', "run-1");
    expect(sealed).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(sealer.open(sealed, "run-1")).toBe('{"password":"žluťoučký 🐎"}');
    expect(() => sealer.open(sealed, "run-2")).toThrow("something else");
    expect(() => sealer.open("nothing", "run-1")).toThrow("damaged");
  });
});
