import { describe, expect, it } from "vitest";
import { neutralise } from "../../src/cli/output/neutralise.ts";
import { table } from "../../src/cli/output/table.ts";
import { exactTime, relativeTime, sizeText, spanText } from "../../src/cli/output/time-texts.ts";

describe("neutralise", () => {
  it.each([
    ["\u001b[31mred\u001b[0m", "^[[31mred^[[0m"],
    ["\u001b]0;title\u0007", "^[]0;title^G"],
    ["a\rb\nc", "a^Mb^Jc"],
    ["\u009b2J", "\\u009b2J"],
    ["abc\u202ecba", "abc\\u202ecba"],
    ["\u061ca\u200eb\u200fc\u2067d\u2069", "\\u061ca\\u200eb\\u200fc\\u2067d\\u2069"],
    ["pass\b\b\u007f", "pass^H^H\\u007f"],
    ["\ud800x", "\ufffdx"],
    ["tab\tüber 漢字 🎉", "tab\tüber 漢字 🎉"],
  ])("makes %j harmless", (text, shown) => expect(neutralise(text)).toBe(shown));
});

describe("table", () => {
  it("aligns by what is seen, cuts nothing and neutralises before it colours", () => {
    const lines = table(
      ["ID", "STATE", "NOTE"],
      [
        ["1", { text: "ok", paint: (text) => `\u001b[32m${text}\u001b[0m` }, "x"],
        ["22222", "failed", "two\nlines"],
      ],
    );
    expect(lines).toEqual([
      "ID     STATE   NOTE",
      "1      \u001b[32mok\u001b[0m      x",
      "22222  failed  two^Jlines",
    ]);
  });
});

describe("times and sizes", () => {
  const now = Date.UTC(2026, 7, 1, 12, 0, 0);
  it.each([
    [-500, "now"],
    [-3_000, "3 s ago"],
    [-125_000, "2 min ago"],
    [-3 * 3600_000, "3 h ago"],
    [-72 * 3600_000, "3 days ago"],
    [90_000, "in 1 min"],
  ])("tells %d ms from now", (difference, text) =>
    expect(relativeTime((now + difference) * 1000, now)).toBe(text),
  );
  it("is exact in UTC", () => expect(exactTime(now * 1000)).toBe("2026-08-01 12:00:00Z"));
  it.each([
    [12, "12 ms"],
    [1234, "1.2 s"],
    [184_000, "3 min 4 s"],
    [7_500_000, "2 h 5 min"],
  ])("spans %d", (span, text) => expect(spanText(span)).toBe(text));
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [10 * 2 ** 20, "10.0 MiB"],
  ])("sizes %d", (bytes, text) => expect(sizeText(bytes)).toBe(text));
});
