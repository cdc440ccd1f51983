import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { httpRequest } from "../../../src/core/runbook/http-request.ts";
import type { HttpProgram } from "../../../src/runs/ports/executor.ts";
import { samples } from "../../samples.ts";

const api = { baseUrl: "https://api.test/v1", headers: { Authorization: "Bearer x", "X-Team": "ops" } };

/** The program that a step means; that its shape is the executor's is checked by the compiler. */
function made(request: JsonObject, provider?: typeof api, trusted = true): HttpProgram {
  const found = httpRequest(request, provider, trusted);
  if ("problem" in found) throw new Error(found.problem);
  return { kind: "http", ...found };
}
const problem = (request: JsonObject, provider?: typeof api) => {
  const found = httpRequest(request, provider, true);
  return "problem" in found ? found.problem : found.url;
};
const text = (body: Uint8Array | undefined) => body && Buffer.from(body).toString();

describe("a request", () => {
  test("that says no more than its address", () => {
    expect(made({ url: "https://a.test/x#part" }, undefined, false)).toEqual({
      kind: "http",
      method: "GET",
      url: "https://a.test/x",
      headers: {},
      body: undefined,
      expectStatus: undefined,
      expectContains: undefined,
      expectHeaders: {},
      expectJson: {},
      trusted: false,
    });
  });

  test("that says all", () => {
    const program = made({
      url: "https://a.test/x?a=1",
      method: "POST",
      headers: { "X-One": "1", "X-Two": 2, "X-Three": true },
      query: { "b c": "d&e=é", n: 5 },
      body: { a: [1, null] },
      expect: {
        status: [200, 404],
        contains: "ok",
        headers: { "Content-Type": "text/html", "X-N": 1 },
        json: { "/a": null, "": [1] },
      },
    });
    expect(program).toMatchObject({
      method: "POST",
      url: "https://a.test/x?a=1&b+c=d%26e%3D%C3%A9&n=5",
      headers: { "X-One": "1", "X-Two": "2", "X-Three": "true", "Content-Type": "application/json" },
      expectStatus: [200, 404],
      expectContains: "ok",
      expectHeaders: { "content-type": "text/html", "x-n": "1" },
      expectJson: { "/a": null, "": [1] },
    });
    expect(text(program.body)).toBe('{"a":[1,null]}');
    expect(made({ url: "https://a.test", expect: { status: 204 } }).expectStatus).toEqual([204]);
  });

  test.each([
    ["é", "é", "text/plain; charset=utf-8"],
    ["", "", "text/plain; charset=utf-8"],
    [[1], "[1]", "application/json"],
    [5, "5", "application/json"],
    [false, "false", "application/json"],
    [null, undefined, undefined],
  ])("sends the body %j", (body, sent, type) => {
    const program = made({ url: "https://a.test", method: "PUT", body });
    expect(text(program.body)).toBe(sent);
    expect(program.headers["Content-Type"]).toBe(type);
    const own = made({ url: "https://a.test", method: "PUT", body, headers: { "content-TYPE": "own/type" } });
    expect(own.headers).toEqual({ "content-TYPE": "own/type" });
  });

  test("has the provider's headers, and over them its own, whatever their case", () => {
    const { headers } = made({ url: "/x", headers: { "x-team": "mine", "X-More": "1" } }, api);
    expect(headers).toEqual({ Authorization: "Bearer x", "x-team": "mine", "X-More": "1" });
  });
});

describe("an address below a provider's", () => {
  test.each([
    ["", "https://api.test/v1"],
    ["/", "https://api.test/v1/"],
    ["/x", "https://api.test/v1/x"],
    ["x/y?z=1", "https://api.test/v1/x/y?z=1"],
    ["?z=1", "https://api.test/v1?z=1"],
    ["/things/a:run", "https://api.test/v1/things/a:run"],
    ["/a b/é", "https://api.test/v1/a%20b/%C3%A9"],
    ["/mail/a@b.test", "https://api.test/v1/mail/a@b.test"],
    ["https://api.test/v1/x", "https://api.test/v1/x"],
    ["HTTPS://API.test:443/v1/x", "https://api.test/v1/x"],
    ["/...", "https://api.test/v1/..."],
  ])("%j", (url, whole) => {
    expect(made({ url }, api).url).toBe(whole);
  });

  test.each([
    "//evil.test/x",
    "\\\\evil.test/x",
    "/\\evil.test",
    "https://evil.test/v1/x",
    "https://api.test/other",
    "https://api.test/v10",
    "https://api.test.evil.test/v1/x",
    "https://api.test:444/v1/x",
    "http://api.test/v1/x",
    "https:/evil.test",
    "javascript:alert(1)",
  ])("%j leads away", (url) => {
    expect(problem({ url }, api)).toBe(
      `The url ${JSON.stringify(url)} leads away from the provider's https://api.test/v1: write a path below it.`,
    );
  });

  test.each([
    "/../admin",
    "..",
    "/x/../../admin",
    "/x/..%2f..%2fadmin",
    "/%2e%2e/admin",
    "/%2E./admin",
    "/x\\..\\admin",
    "/x/..;a=b/admin",
    "/./x",
    "/x/%5c..%5cadmin",
  ])("%j climbs", (url) => {
    expect(problem({ url }, api)).toBe(
      `The url ${JSON.stringify(url)} holds a ".." or "." as a part of its path: write the path that is meant.`,
    );
    expect(problem({ url: `https://api.test/v1/x/${url}` })).toMatch(/as a part of its path/);
  });

  test("stays there, whatever its values are", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc
        .array(
          fc.constantFrom(
            "/",
            "\\",
            "..",
            ".",
            "%2e",
            "%2f",
            "@",
            ":",
            "//evil.test",
            "http:",
            "?",
            "#",
            "\t",
            " ",
            "a",
          ),
          {
            maxLength: 8,
          },
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        for (const url of [value, `/users/${value}`, `${value}/x`]) {
          const found = httpRequest({ url }, api, true);
          if ("problem" in found) continue;
          const { origin, pathname, username } = new URL(found.url);
          expect(origin).toBe("https://api.test");
          expect(username).toBe("");
          expect(pathname === "/v1" || pathname.startsWith("/v1/")).toBe(true);
          if (url === `/users/${value}`) expect(pathname).toMatch(/^\/v1\/users\//);
        }
      }),
      samples(500, 100_000),
    );
  });
});

describe("what cannot be sent", () => {
  test.each<[JsonObject, string]>([
    [
      { url: "/x" },
      'The url "/x" is no whole address: write https://HOST/…, or name a provider of kind http whose baseUrl it is below.',
    ],
    [
      { url: "" },
      'The url "" is no whole address: write https://HOST/…, or name a provider of kind http whose baseUrl it is below.',
    ],
    [{ url: "ftp://a.test" }, 'The url "ftp://a.test" is neither http nor https.'],
    [{ url: "file:///etc/passwd" }, 'The url "file:///etc/passwd" is no address.'],
    [{ url: "http://" }, 'The url "http://" is no address.'],
    [
      { url: "http://a:b@c.test" },
      "The url holds a login: send it as a header, as in Authorization: { secret: NAME }.",
    ],
    [{ url: "http://a.test/\r\nX: y" }, "The url holds a line break or a control character."],
    [{ url: "ht\ttp://a.test/" }, "The url holds a line break or a control character."],
    [{ url: 5 }, "The url 5 is no text."],
    [{ url: `http://a.test/${"x".repeat(9000)}` }, "The url is longer than 8,000 characters."],
    [
      { url: "http://a.test", method: "TRACE" },
      '"TRACE" is no method: use GET, HEAD, POST, PUT, PATCH, DELETE.',
    ],
    [{ url: "http://a.test", query: { a: [1] } }, "The query parameter a is no text: its value is [1]."],
    [{ url: "http://a.test", query: { a: null } }, "The query parameter a is no text: its value is null."],
    [{ url: "http://a.test", headers: { A: { secret: "x" } } }, "The value of the header A is no text."],
    [{ url: "http://a.test", headers: { "A B": "x" } }, '"A B" cannot be the name of a header.'],
    [
      { url: "http://a.test", headers: { A: "secret\r\nB: y" } },
      "The value of the header A holds a line break, which no header can have (a secret that was read from a file may end with one).",
    ],
    [
      { url: "http://a.test", headers: { A: "a\0b" } },
      "The value of the header A holds a control character.",
    ],
    [
      { url: "http://a.test", headers: { A: "€" } },
      "The value of the header A holds characters beyond Latin-1, which no header can have.",
    ],
    [
      { url: "http://a.test", headers: { "transfer-ENCODING": "chunked" } },
      "The header transfer-ENCODING is set by the connection itself: leave it out.",
    ],
    [
      { url: "http://a.test", headers: { "Content-Length": "1" } },
      "The header Content-Length is set by the connection itself: leave it out.",
    ],
    [
      { url: "http://a.test", expect: { status: ["x"] } },
      'The status ["x"] that is expected is no status code.',
    ],
    [
      { url: "http://a.test", expect: { contains: [] } },
      "The text that the body has to hold is [], which is no text.",
    ],
    [
      { url: "http://a.test", expect: { headers: { A: {} } } },
      "What is expected of the header A is no text: its value is {}.",
    ],
  ])("%j", (request, told) => {
    expect(problem(request)).toBe(told);
  });
});
