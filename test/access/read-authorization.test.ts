import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAuthorization, tokenText } from "../../src/access/read-authorization.ts";
import { samples } from "../samples.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("the Authorization header", () => {
  it("holds any password, colons and all, and an e-mail in any case", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (password) => {
        expect(readAuthorization(basic(`A@Example.com:${password}`))).toEqual({
          scheme: "basic",
          email: "a@example.com",
          password,
        });
      }),
      samples(100, 50_000),
    );
  });

  it("holds an API token of our form", () => {
    const [id, secret] = ["a".repeat(27), "B".repeat(32)];
    expect(readAuthorization(`bearer ${tokenText(id, secret)}`)).toEqual({ scheme: "token", id, secret });
  });

  it("says nothing when it is anything else", () => {
    const others = [
      undefined,
      "",
      "Basic",
      "Basic ",
      "Basic :",
      basic(":password"),
      basic("nobody"),
      "Basic !!!!",
      "Bearer nothing",
      "Bearer rota_x_y",
      `Digest ${basic("a@b:c")}`,
      basic(`a@b:${"x".repeat(5000)}`),
    ];
    for (const header of others) expect(readAuthorization(header)).toBeUndefined();
  });
});
