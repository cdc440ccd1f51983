import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactor, secretsOfLogin } from "../../../src/core/redact/redactor.ts";

describe("redactor", () => {
  const token = Buffer.from("a@example.com:run_secret/part").toString("base64");
  const redact = redactor(secretsOfLogin(token));

  it.each([
    ["as it is", `token ${token}.`, "token [redacted]."],
    ["without padding", `t=${token.replace(/=+$/, "")}`, "t=[redacted]"],
    ["taken apart", "password run_secret/part", "password [redacted]"],
    ["in an address", "https://x/?p=run_secret%2Fpart", "https://x/?p=[redacted]"],
    ["twice", `${token}${token}`, "[redacted][redacted]"],
    ["nothing of it", "all is well", "all is well"],
  ])("%s", (_, text, expected) => expect(redact(text)).toBe(expected));

  it("never masks what is no longer than a word", () =>
    expect(redactor(["a", "", "yes"])("a yes")).toBe("a yes"));

  it("leaves no value in any text around it", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 30 }),
        fc.string(),
        fc.string(),
        (value, before, after) => {
          fc.pre(!"[redacted]".includes(value) && !(before + after).includes(value));
          const told = redactor([value])(`${before}${value}${after}`);
          expect(
            told.startsWith(before) && told.endsWith(after)
              ? told.slice(before.length, told.length - after.length || undefined)
              : told,
          ).not.toContain(value);
        },
      ),
      { numRuns: 300 },
    );
  });
});
