import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { returnPath } from "../../../src/server/sign-in/return-path.ts";
import { samples } from "../../samples.ts";

describe("the path after signing in", () => {
  it.each(["/", "/runs", "/runs?state=failed&x=%2F", "/actions/a#log", "/oidcs", "/a//b"])(
    "is %s",
    (path) => {
      expect(returnPath(path)).toBe(path);
    },
  );

  it.each([
    undefined,
    ["/runs", "/runs"],
    "",
    "runs",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/.//evil.example",
    "/x/..//evil.example",
    "/%09/../..//evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/é",
    "/oidc/login",
    "/x/../oidc/login",
    "/OIDC/callback?code=1",
    "/login",
    "/api/default/runs",
    `/${"x".repeat(1000)}`,
  ])("is the first page for %j", (wanted) => {
    expect(returnPath(wanted)).toBe("/");
  });

  it("never leads to another host, whatever is wanted", () => {
    const piece = fc.constantFrom(
      "/",
      "\\",
      "..",
      ".",
      ":",
      "@",
      "evil.example",
      "%2f",
      "%5c",
      "\t",
      "\n",
      "?",
      "#",
      "http",
      " ",
      "a",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = returnPath(`/${pieces.join("")}`);
        expect(new URL(path, "https://rota.example.com").origin).toBe("https://rota.example.com");
      }),
      samples(2_000, 200_000),
    );
  });
});
