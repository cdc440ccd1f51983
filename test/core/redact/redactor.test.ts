import { describe, expect, it } from "vitest";
import { redactor } from "../../../src/core/redact/redactor.ts";
import { secretsOfLogin } from "../../../src/core/redact/secrets-of-login.ts";

describe("redactor", () => {
  const token = Buffer.from("a@example.com:run_secret/part").toString("base64");
  const { text } = redactor(secretsOfLogin(token));

  it.each([
    ["as it is", `token ${token}.`, "token [redacted]."],
    ["without padding", `t=${token.replace(/=+$/, "")}`, "t=[redacted]"],
    ["taken apart", "password run_secret/part", "password [redacted]"],
    ["in an address", "https://x/?p=run_secret%2Fpart", "https://x/?p=[redacted]"],
    ["twice", `${token}${token}`, "[redacted][redacted]"],
    ["nothing of it", "all is well\r\n\nindeed\n", "all is well\r\n\nindeed\n"],
  ])("%s", (_, given, expected) => expect(text(given)).toBe(expected));

  const key = "-----BEGIN KEY-----\nMIIEpAIB+AAK/CAQEA\n\n  indented secret line\n-----END KEY-----\n";
  const keyJson = JSON.stringify(JSON.stringify({ key }));
  it.each([
    ["a value of several lines, as lines", [key], `<${key.trim()}>`, "<[redacted]\n\n\n\n>"],
    ["one of its lines", [key], 'at "MIIEpAIB+AAK/CAQEA",', 'at "[redacted]",'],
    ["its lines as JSON", [key], JSON.stringify({ key: key.trim() }), '{"key":"[redacted]"}'],
    [
      "JSON of several lines",
      [JSON.stringify({ a: { b: "c" } }, null, 2)],
      `${JSON.stringify({ a: { b: "c" } }, null, 2)}`,
      "[redacted]\n\n\n\n",
    ],
    ["JSON in JSON", [JSON.stringify({ key })], `x ${keyJson}`, 'x "[redacted]"'],
    [
      "Python's repr",
      ["it's a \\ back\tslash\u0001"],
      "{'it\\'s': \"it's a \\\\ back\\tslash\\x01\"}",
      "{'it\\'s': \"[redacted]\"}",
    ],
    ["Python's bytes", ["pässword"], "b'p\\xc3\\xa4ssword'", "b'[redacted]'"],
    ["Python's JSON", ["pässword"], '"p\\u00e4ssword"', '"[redacted]"'],
    ["upper and lower hex", ["pa ss/w:rd"], "pa%20ss%2Fw%3Ard pa%20ss%2fw%3ard", "[redacted] [redacted]"],
    ["plus for space", ["pa ss/w:rd"], "pa+ss%2Fw%3Ard", "[redacted]"],
    ["a slash left alone", ["pa ss/w:rd"], "pa%20ss/w%3Ard", "[redacted]"],
    [
      "with its newline or without",
      ["secret-of-file\n"],
      "secret-of-file c2VjcmV0LW9mLWZpbGUK c2VjcmV0LW9mLWZpbGU=",
      "[redacted] [redacted] [redacted]",
    ],
    ["overlapping values as one", ["abcdefgh", "efghijkl"], "abcdefghijkl!", "[redacted]!"],
    [
      "base64 wrapped at a column",
      ["correct horse battery"],
      "Y29ycmVjdCBo\nb3JzZSBiYXR0\nZXJ5",
      "[redacted]\n\n",
    ],
    ["a beginning that is none", ["aabaabaac"], "aabaabaabaac", "aab[redacted]"],
  ])("%s", (_, secrets, given, expected) => expect(redactor(secrets).text(given)).toBe(expected));

  it.each([
    ["half of a value", "https://x/SuperSecretVal…", "https://x/[redacted]…"],
    [
      "half of an escaped one",
      'the body "p=SuperSecretValue%2…" and more',
      'the body "p=[redacted]…" and more',
    ],
    ["nothing of it", "all is well…", "all is well…"],
    ["a whole one behind the cut", "a… SuperSecretValue/1", "a… [redacted]"],
  ])("hides %s where a sentence was cut", (_, given, expected) =>
    expect(redactor(["SuperSecretValue/1"]).sentence(given)).toBe(expected),
  );

  it.each([0, 1, 2, 3])(
    "shows no digit of its own in base64 of a larger text that begins %d before",
    (before) => {
      const secret = "s3cret-válue/?>~";
      for (const alphabet of ["base64", "base64url"] as const) {
        const larger = Buffer.from(`${"x".repeat(before)}${secret}yy`).toString(alphabet);
        const shown = redactor([secret]).text(larger);
        // Its first and last digit may be shared with the neighbours.
        expect(shown).toMatch(/^[\w+/-]{0,4}\[redacted\][\w+/=-]{0,6}$/);
      }
    },
  );

  it("masks the login of a header of Basic authentication", () => {
    const header = `Basic ${Buffer.from("someone:correct horse battery").toString("base64")}`;
    expect(redactor(["correct horse battery"]).text(header)).toMatch(/^Basic c29tZW9uZTp?\w?\[redacted\]$/);
  });

  it.each([
    ["nothing", ["", " ", "\n"], "a b"],
    ["one character", ["a", "1"], "a banana 1 11"],
    ["up to three", ["on", "yes"], "yes on"],
    ["white space, however long", ["          "], "a           b"],
    ["what is short but for its line breaks", ["a\n\n\n\n\n\n\nb"], "ab abc"],
  ])("never masks %s", (_, values, given) => expect(redactor(values).text(given)).toBe(given));

  it("masks four to seven characters only where they are a word", () =>
    expect(redactor(["pass", "a.+/b"]).text("pass, (pass) passed bypass pass_1 a.+/b a.+/b")).toBe(
      "[redacted], ([redacted]) passed bypass pass_1 [redacted] [redacted]",
    ));

  it("never shows a part of what it masks", () => {
    const secret = "correct horse battery staple";
    expect(redactor([secret]).text(secret)).toBe("[redacted]");
  });
});
