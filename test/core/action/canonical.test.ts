import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalAction } from "../../../src/core/action/canonical.ts";
import { readAction } from "../../../src/core/action/read-action.ts";
import { canonicalJson } from "../../../src/core/json.ts";
import { samples } from "../../samples.ts";
import { arbitraryAction } from "./arbitrary-action.ts";
import { parse, realtime, runbook, scheduled } from "./documents.ts";

const read = (value: unknown) => {
  const result = readAction(value, "sample");
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.action;
};

describe("canonicalAction", () => {
  for (const [name, text] of Object.entries({ scheduled, realtime, runbook }))
    it(`leaves out what is default: ${name}`, () => {
      const written = parse(
        `${text}timeout: 600s\nnetwork: true\nenabled: true\nresources: { memory: 524288Ki }\n`,
      );
      const plain = parse(text);
      expect(canonicalAction(written.action!)).toEqual(canonicalAction(plain.action!));
    });

  it("has one spelling for one meaning", () => {
    const action = parse(
      `${realtime}timeout: 120s\nretries: { limit: 2, delay: 5000ms }\nconcurrency: { limit: unlimited }\n`,
    ).action!;
    expect(canonicalAction(action)).toEqual({
      name: "sample",
      type: "realtime",
      serviceAccount: "a@example.com",
      timeout: "2m",
      retries: 2,
    });
  });

  it.each([
    ["{ keep: 200, days: 30 }", { keep: 200, days: 30 }],
    ["{ days: 400 }", { days: 400 }],
    ["{}", undefined],
  ])("keeps of retention what is written: %s", (text, expected) => {
    expect(canonicalAction(parse(`${realtime}retention: ${text}\n`).action!).retention).toEqual(expected);
    expect(canonicalAction(parse(realtime).action!)).not.toHaveProperty("retention");
  });

  it("is read back as the same action, and is its own canonical form", () => {
    fc.assert(
      fc.property(arbitraryAction, (written) => {
        const action = read(written);
        const canonical = canonicalAction(action);
        expect(read(canonical)).toEqual(action);
        expect(canonicalJson(canonicalAction(read(canonical)))).toBe(canonicalJson(canonical));
      }),
      samples(200, 20_000),
    );
  }, 300_000);

  it("does not depend on the order of keys", () => {
    const reversed = (value: unknown): unknown =>
      value !== null && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, item]) => [key, reversed(item)]),
          )
        : value;
    fc.assert(
      fc.property(arbitraryAction, (written) => {
        expect(canonicalJson(canonicalAction(read(reversed(written))))).toBe(
          canonicalJson(canonicalAction(read(written))),
        );
      }),
      samples(50, 5_000),
    );
  }, 300_000);
});
