import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactJson } from "../../../src/core/redact/redact-json.ts";
import { redactor } from "../../../src/core/redact/redactor.ts";
import { samples } from "../../samples.ts";

const hide = (json: string, ...secrets: readonly string[]) =>
  [...redactJson(json, redactor(secrets))].join("");

describe("a result", () => {
  it.each([
    ["values and keys", '{"correct horse": ["a correct horse"]}', '{"[redacted]": ["a [redacted]"]}'],
    ["escaped in any way", '["\\u0063orrect \\u0068orse\\n"]', '["[redacted]\\n"]'],
    [
      "escaped as writers of JSON do",
      '["x\\n\\"correct horse\\"\\n", "\\u00e9"]',
      '["x\\n\\"[redacted]\\"\\n", "\\u00e9"]',
    ],
    ["escaped with capital digits", '["p\\u00E4ssw\\u00F6rd"]', '["[redacted]"]'],
    ["as Python escapes", '["p\\u00e4ssw\\u00f6rd"]', '["[redacted]"]'],
    ["numbers", "[1.50, 1234567890, -2e5]", '[1.50, "[redacted]", -2e5]'],
    ["a JSON text in a string", '["{\\"a\\": \\"b\\"}x"]', '["[redacted]x"]'],
  ])("is hidden in: %s", (_, json, shown) =>
    expect(hide(json, "correct horse", "1234567890", '{"a": "b"}', "pässwörd")).toBe(shown),
  );

  it("is hidden where it is a short word, behind an escape too", () =>
    expect(hide('["a\\nword", "words", {"word": 1}]', "word")).toBe(
      '["a\\n[redacted]", "words", {"[redacted]": 1}]',
    ));

  it("is found wherever a large text is cut to be read", () => {
    for (let before = 0; before < 20; before++) {
      const json = JSON.stringify(["x".repeat(before), "correct horse", 1]);
      const shown = [...redactJson(json, redactor(["correct horse"]), 7)].join("");
      expect(JSON.parse(shown)).toEqual(["x".repeat(before), "[redacted]", 1]);
    }
  });

  it("stays JSON where a secret looks like a part of it", () =>
    expect(hide('{"a": "b", "c": [1,2,3,4,5]}', '{"a": "b"', "[1,2,3,4,5]")).toBe(
      '{"a": "b", "c": [1,2,3,4,5]}',
    ));

  it("that is no JSON is read once: its quotes are no beginnings of strings without end", () => {
    const text = `"\\/${'\\"'.repeat(2_000_000)}`;
    expect(hide(text, "correct horse")).toBe(text);
    for (const end of ["\\", "\\\n", '\\"'])
      expect(hide(`["correct horse${end}`, "correct horse")).not.toContain("horse");
  });

  it("stays byte for byte without a secret, and JSON with one, whatever the step", () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 1, max: 9 }), (json, step) => {
        expect([...redactJson(json, redactor(["correct horse"]), step)].join("")).toBe(json);
        const shown = [...redactJson(json, redactor([json.slice(1, 12)]), step)].join("");
        expect(() => JSON.parse(shown)).not.toThrow();
      }),
      samples(100, 50_000),
    );
  });
});
