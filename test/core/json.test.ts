import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/core/json.ts";

describe("canonicalJson", () => {
  it("sorts keys at every depth and leaves undefined members out", () => {
    const value = { b: [{ z: 1, a: null }], a: "ä", c: undefined } as never;
    expect(canonicalJson(value)).toBe('{"a":"ä","b":[{"a":null,"z":1}]}');
  });
});
