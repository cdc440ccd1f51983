import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitTrailer, withTrailer } from "../../../src/core/wire/description.ts";
import { isDeeperThan } from "../../../src/core/wire/json-depth.ts";
import { rawMember } from "../../../src/core/wire/raw-member.ts";
import { failureText, successText } from "../../../src/core/wire/trigger-response.ts";
import { samples } from "../../samples.ts";

describe("the description's trailer", () => {
  it("comes off as it went on", () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[a-z][a-z0-9/_-]{0,40}$/), (description, scope) => {
        fc.pre(!description.includes("\r") && splitTrailer(description).managedBy === undefined);
        expect(splitTrailer(withTrailer(description, scope))).toEqual({ description, managedBy: scope });
        expect(splitTrailer(withTrailer(description, undefined)).managedBy).toBeUndefined();
      }),
      samples(100, 50_000),
    );
  });

  it("counts on the last line alone", () => {
    expect(splitTrailer("managed-by: rota/a\nmore").managedBy).toBeUndefined();
    expect(splitTrailer("see managed-by: rota/a").managedBy).toBeUndefined();
    expect(splitTrailer("one\nmanaged-by: rota/team\n")).toEqual({ description: "one", managedBy: "team" });
  });

  it("comes off with the line ends that a form gives it", () => {
    const sent = "one\r\ntwo\r\nmanaged-by: rota/team";
    expect(splitTrailer(sent)).toEqual({ description: "one\ntwo", managedBy: "team" });
  });
});

describe("rawMember", () => {
  it("finds what JSON.parse finds, in any spelling", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.string(), fc.constant("inputs")), fc.jsonValue()),
        fc.constantFrom(undefined, 1, "\t"),
        (object, indent) => {
          const text = Buffer.from(JSON.stringify(object, null, indent));
          const raw = rawMember(text, "inputs");
          const parsed = (JSON.parse(text.toString()) as Record<string, unknown>).inputs;
          expect(raw === undefined ? undefined : JSON.parse(raw.toString())).toEqual(parsed);
        },
      ),
      samples(100, 50_000),
    );
  });

  it("keeps every digit, sees through escapes, takes the last of two", () => {
    const text = `{"a":"}\\"","in\\u0070uts" : [1], "inputs":[{"t":1735689600000000001,"s":"]"}] }`;
    expect(rawMember(Buffer.from(text), "inputs")?.toString()).toBe(`[{"t":1735689600000000001,"s":"]"}]`);
    expect(rawMember(Buffer.from(`{"inputs": 12}`), "inputs")?.toString()).toBe("12");
    expect(rawMember(Buffer.from("{}"), "inputs")).toBeUndefined();
  });
});

describe("isDeeperThan", () => {
  it("counts what is open at once, not brackets within strings", () => {
    const deep = Buffer.from(`${"[".repeat(65)}${"]".repeat(65)}`);
    expect(isDeeperThan(deep, 64)).toBe(true);
    expect(isDeeperThan(deep, 65)).toBe(false);
    expect(isDeeperThan(Buffer.from(JSON.stringify(['[[[[\\"[[['])), 1)).toBe(false);
    expect(isDeeperThan(Buffer.from("[[],[],[]]"), 2)).toBe(false);
  });
});

describe("the trigger response", () => {
  it("is success around the returned text, or a failure's message", () => {
    expect(successText(`[{"n":12345678901234567890}]`)).toBe(
      `{"result":{"Success":[{"n":12345678901234567890}]}}`,
    );
    expect(JSON.parse(failureText(`a "quoted" line\n`))).toEqual({
      result: { Failure: `a "quoted" line\n` },
    });
  });
});
