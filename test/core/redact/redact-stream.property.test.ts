import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formsOf } from "../../../src/core/redact/forms.ts";
import { redactor } from "../../../src/core/redact/redactor.ts";
import { samples } from "../../samples.ts";

const mask = "[redacted]";
/** Few letters, so that beginnings, overlaps and repetitions are common. */
const letters = fc.constantFrom("a", "b", "ab", "/", "é", " ", '"');
const secret = fc.oneof(
  fc.string({ unit: letters, minLength: 8, maxLength: 14 }),
  fc.string({ unit: "binary", minLength: 8, maxLength: 40 }),
  fc.string({ unit: fc.constantFrom("a", "B", "0", "\n", "-"), minLength: 10, maxLength: 40 }),
);
const secrets = fc
  .array(secret, { minLength: 1, maxLength: 4 })
  .map((values) => values.filter((value) => value.trim().length >= 8));
const noise = fc.oneof(
  fc.string({ unit: letters, maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
);
const flat = (text: string) => text.replace(/[\r\n]/g, "");
const formsOfAll = (values: readonly string[]) => values.flatMap(formsOf);

/** A text with spellings of the secrets in it, whole and torn, and places to cut it at. */
const story = secrets.chain((values) =>
  fc.record({
    values: fc.constant(values),
    text: fc
      .array(
        values.length === 0
          ? noise
          : fc.oneof(
              noise,
              fc.constantFrom(...formsOfAll(values)),
              fc
                .tuple(fc.constantFrom(...formsOfAll(values)), fc.nat(20))
                .map(([form, n]) => form.slice(0, n)),
              fc.tuple(fc.constantFrom(...formsOfAll(values)), fc.nat(20)).map(([form, n]) => form.slice(n)),
            ),
        { maxLength: 8 },
      )
      .map((parts) => flat(parts.join(""))),
    cuts: fc.array(fc.nat(300), { maxLength: 30 }),
  }),
);

function cut(text: string, cuts: readonly number[]): readonly string[] {
  const at = [...cuts, 0, text.length].filter((place) => place <= text.length).sort((a, b) => a - b);
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

const through = (values: readonly string[], pieces: readonly string[]): readonly string[] => {
  const { push, end } = redactor(values).stream();
  return [...pieces.flatMap(push), ...end()];
};

describe("a stream of pieces", () => {
  it("never shows a form, gives a piece for each, and the same text wherever it is cut", () => {
    fc.assert(
      fc.property(story, ({ values, text, cuts }) => {
        fc.pre(!text.includes(mask));
        const pieces = cut(text, cuts);
        const shown = through(values, pieces);
        expect(shown.length).toBe(pieces.length);
        expect(shown.join("")).toBe(through(values, [text]).join(""));
        for (const part of shown.join("").split(mask))
          for (const form of formsOfAll(values)) expect(part).not.toContain(form);
      }),
      samples(200, 5_000),
    );
  });

  it("masks nothing but what is a secret", () => {
    fc.assert(
      fc.property(story, ({ values, text, cuts }) => {
        const pieces = cut(text, cuts);
        if (formsOfAll(values).some((form) => text.includes(form)))
          expect(through(values, pieces).join("")).toContain(mask);
        else expect(through(values, pieces)).toEqual(pieces);
      }),
      samples(200, 5_000),
    );
  });

  it("gives at once what cannot be the beginning of a secret, and holds back no more than its length", () => {
    fc.assert(
      fc.property(story, ({ values, text, cuts }) => {
        const forms = formsOfAll(values);
        const longest = Math.max(0, ...forms.map((form) => form.length));
        const { push } = redactor(values).stream();
        let seen = "";
        let waiting: readonly string[] = [];
        for (const piece of cut(text, cuts)) {
          seen += piece;
          const out = push(piece);
          waiting = [...waiting, piece].slice(out.length);
          const held = waiting.join("").length;
          // Only the piece in which the beginning stands is held with it.
          const later = held - (waiting[0] ?? "").length;
          expect(later).toBeLessThanOrEqual(longest);
          const open = (length: number) =>
            forms.some((form) => form.startsWith(seen.slice(seen.length - length)));
          if (waiting.length > 0) expect(Array.from({ length: held }, (_, n) => n + 1).some(open)).toBe(true);
        }
      }),
      samples(200, 5_000),
    );
  });

  it("does not pile up empty lines behind the beginning of a secret", () => {
    const { push } = redactor(["correct horse"]).stream();
    let out = push("correct ").length;
    for (let lines = 0; lines < 10_000; lines++) out += push("").length;
    expect(out).toBeGreaterThan(8_900);
  });
});
