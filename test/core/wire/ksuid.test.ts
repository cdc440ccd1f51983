import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKsuid, ksuid, ksuidTime } from "../../../src/core/wire/ksuid.ts";
import { samples } from "../../samples.ts";

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
const seconds = fc.integer({ min: 1_400_000_000, max: 1_400_000_000 + 0xffff_ffff });

describe("ksuid", () => {
  it("writes the published example of the format", () => {
    const payload = Uint8Array.from(Buffer.from("b5a1cd34b5f99d1154fb6853345c9735", "hex"));
    expect(ksuid((1_400_000_000 + 107_608_047) * 1000, payload)).toBe("0ujtsYcgvSTl8PAuAdqWYSMnLOv");
  });

  it("writes the smallest and the largest of all", () => {
    expect(ksuid(1_400_000_000_000, new Uint8Array(16))).toBe("0".repeat(27));
    expect(ksuid((1_400_000_000 + 0xffff_ffff) * 1000, new Uint8Array(16).fill(255))).toBe(
      "aWgEPTl1tmebfsQzFP4bxwgy80V",
    );
  });

  it("is recognised, keeps its second, and sorts by it", () => {
    fc.assert(
      fc.property(seconds, bytes16, seconds, bytes16, (a, left, b, right) => {
        const [first, second] = [ksuid(a * 1000 + 999, left), ksuid(b * 1000, right)];
        expect(isKsuid(first)).toBe(true);
        expect(ksuidTime(first)).toBe(a * 1000);
        if (a < b) expect(first < second).toBe(true);
      }),
      samples(100, 50_000),
    );
  });

  it("refuses other texts and values", () => {
    for (const text of ["", "x", "0".repeat(26), "0".repeat(28), `${"0".repeat(26)}-`, "z".repeat(27)]) {
      expect(isKsuid(text)).toBe(false);
      expect(() => ksuidTime(text)).toThrow(RangeError);
    }
    expect(() => ksuid(0, new Uint8Array(16))).toThrow(RangeError);
    expect(() => ksuid(Number.NaN, new Uint8Array(16))).toThrow(RangeError);
    expect(() => ksuid(Date.UTC(2026, 0), new Uint8Array(15))).toThrow(RangeError);
  });
});
