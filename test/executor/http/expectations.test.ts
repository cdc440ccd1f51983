import { describe, expect, test } from "vitest";
import { type Asked, ask, requester, serve } from "./ask.ts";

const page = '{"status":"up","checks":[{"ok":true}],"a/b":{"~":null},"__proto__":{"x":1},"n":1.0}';

async function answered(asked: Asked, status = 200, body = page, type = "application/json") {
  const { url } = await serve((_, response) =>
    response.writeHead(status, { "Content-Type": type, "Set-Cookie": "session=1" }).end(body),
  );
  return (await ask(requester(), url, asked)).outcome;
}

describe("what a step expects", () => {
  test.each<[string, Asked]>([
    ["a status of a list", { expectStatus: [200, 404] }],
    ["a text", { expectContains: '"status":"up"' }],
    ["a header", { expectHeaders: { "content-type": "application/json" } }],
    ["the whole body", { expectJson: { "": JSON.parse(page) } }],
    [
      "values in JSON",
      {
        expectJson: {
          "/status": "up",
          "/checks/0/ok": true,
          "/checks": [{ ok: true }],
          "/a~1b/~0": null,
          "/__proto__/x": 1,
          "/n": 1,
        },
      },
    ],
  ])("may be %s", async (_, asked) => {
    expect(await answered(asked)).toMatchObject({ end: "succeeded", reason: undefined });
  });

  test.each<[Asked, string]>([
    [
      { expectStatus: [404, 410] },
      `Expected 404 or 410, and the answer was 200 OK, with the body ${JSON.stringify(page)}`,
    ],
    [{ expectContains: "down" }, `Expected the body to hold "down", with the body ${JSON.stringify(page)}`],
    [{ expectHeaders: { "x-one": "1" } }, "Expected the header x-one, and the answer has none."],
    [
      { expectHeaders: { "content-type": "text/html" } },
      'Expected the header content-type to be "text/html", and the answer has "application/json".',
    ],
    [
      { expectHeaders: { "set-cookie": "other" } },
      'Expected the header set-cookie to be "other", and the answer has another value.',
    ],
    [{ expectJson: { "/status": "down" } }, 'Expected "down" at /status of the body, and it is "up".'],
    [{ expectJson: { "/checks/1": 1 } }, "Expected 1 at /checks/1 of the body, and nothing stands there."],
    [{ expectJson: { "/checks/00": 1 } }, "Expected 1 at /checks/00 of the body, and nothing stands there."],
    [{ expectJson: { "/toString": 1 } }, "Expected 1 at /toString of the body, and nothing stands there."],
    [
      { expectJson: { "/status/length": 2 } },
      "Expected 2 at /status/length of the body, and nothing stands there.",
    ],
    [{ expectJson: { "/n": "1" } }, 'Expected "1" at /n of the body, and it is 1.'],
  ])("%j fails with a sentence", async (asked, reason) => {
    expect(await answered(asked)).toMatchObject({ end: "failed", reason, result: undefined });
  });

  test.each([
    [500, "", "500 Internal Server Error, without a body."],
    [503, "try\n\tlater", '503 Service Unavailable, with the body "try later"'],
    [299, "x", undefined],
    [304, "", "304 Not Modified, without a body."],
    [799, "", "799, without a body."],
  ])("by default, a status of %d", async (status, body, told) => {
    const outcome = await answered({}, status, body, "text/plain");
    if (told === undefined) expect(outcome.end).toBe("succeeded");
    else
      expect(outcome).toMatchObject({
        end: "failed",
        reason: `Expected a status from 200 to 299, and the answer was ${told}`,
      });
  });

  test("is told with no more of the body than a line", async () => {
    const outcome = await answered({ expectContains: "no" }, 200, "word ".repeat(100_000), "text/plain");
    expect(outcome.reason).toMatch(/^Expected the body to hold "no", with the body "(word )+word…"$/);
    expect(outcome.reason?.length).toBeLessThan(300);
    const half = `${"w".repeat(150)} secret-${"s".repeat(100)}`;
    expect((await answered({ expectContains: "no" }, 200, half, "text/plain")).reason).not.toContain(
      "secret",
    );
  });

  test.each([
    ["text", "text/plain", "no", 'Expected a body of JSON, with the body "no"'],
    ["bytes", "image/png", "\u0000", "Expected a body of JSON, with a body that is no text."],
    ["deep", "application/json", "[".repeat(200_000), /^Expected a body of JSON, with the body "\[+…"$/],
    [
      "long",
      "application/json",
      `[${"1,".repeat(600_000)}1]`,
      "Expected a body of JSON to look into, and it is longer than 1 MiB.",
    ],
  ])("of JSON, where it is none: %s", async (_, type, body, reason) => {
    const outcome = await answered({ expectJson: { "/a": 1 }, limits: { output: 2 ** 22 } }, 200, body, type);
    expect(outcome.end).toBe("failed");
    if (reason instanceof RegExp) expect(outcome.reason).toMatch(reason);
    else expect(outcome.reason).toBe(reason);
  });

  test("JSON of any depth is an answer; beyond what others can walk it is a text", async () => {
    const { url } = await serve((_, response) =>
      response.setHeader("Content-Type", "application/json").end(`${"[".repeat(5000)}${"]".repeat(5000)}`),
    );
    const { result } = await ask(requester(), url);
    expect(typeof result?.body).toBe("string");
  });
});
