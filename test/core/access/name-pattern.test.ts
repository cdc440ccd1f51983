import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isNamePattern, matchesPattern, patternCovers } from "../../../src/core/access/name-pattern.ts";
import { samples } from "../../samples.ts";

const name = fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 8 });
const pattern = fc.string({ unit: fc.constantFrom("a", "b", "-", "*", "?"), minLength: 1, maxLength: 8 });

/** What a pattern means, said by a regular expression. */
const asExpression = (text: string) =>
  new RegExp(`^${text.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`, "u");

describe("a pattern of names", () => {
  it("means what it says", () => {
    for (const [text, some, others] of [
      ["web-*", ["web-", "web-restart"], ["web", "Web-restart", "my-web-restart"]],
      ["*-restart", ["-restart", "web-restart"], ["web-restarts"]],
      ["web-?", ["web-1"], ["web-", "web-12"]],
      ["db", ["db"], ["dba", "d"]],
      ["*", ["", "anything"], []],
    ] as const) {
      for (const one of some) expect(matchesPattern(text, one), `${text} ${one}`).toBe(true);
      for (const one of others) expect(matchesPattern(text, one), `${text} ${one}`).toBe(false);
    }
  });

  it("agrees with the same regular expression", () => {
    fc.assert(
      fc.property(pattern, name, (text, one) => {
        expect(matchesPattern(text, one)).toBe(asExpression(text).test(one));
      }),
      samples(500, 200_000),
    );
  });

  it("covers no pattern that means a name which it does not", () => {
    fc.assert(
      fc.property(pattern, pattern, name, (wider, text, one) => {
        if (patternCovers(wider, text) && matchesPattern(text, one))
          expect(matchesPattern(wider, one)).toBe(true);
      }),
      samples(500, 200_000),
    );
    expect(patternCovers("web-*", "web-a*")).toBe(true);
    expect(patternCovers("web-*", "web-*")).toBe(true);
    expect(patternCovers("web-?", "web-*")).toBe(false);
    expect(patternCovers("web-a*", "web-*")).toBe(false);
    expect(patternCovers("*", "db")).toBe(true);
  });

  it("that is made to take long takes no more steps than both lengths multiplied", () => {
    const hostile = `${"*a".repeat(31)}*b`;
    let read = 0;
    const counting = new Proxy(new String("a".repeat(64)), {
      get(target, key) {
        if (typeof key === "string" && /^\d+$/.test(key)) read += 1;
        return Reflect.get(target, key, target);
      },
    });
    expect(matchesPattern(hostile, counting as unknown as string)).toBe(false);
    expect(read).toBeLessThan(4 * 64 * 64);
  });

  it("has the letters of names, * and ?, and is no longer than a name", () => {
    for (const good of ["*", "web-*", "a.b_?", "x".repeat(64)]) expect(isNamePattern(good), good).toBe(true);
    for (const bad of ["", "a b", "[a-z]", "a|b", "ü*", "a\n", "x".repeat(65)])
      expect(isNamePattern(bad), bad).toBe(false);
  });
});
