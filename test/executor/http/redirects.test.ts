import { describe, expect, test } from "vitest";
import { ask, requester, serve } from "./ask.ts";

const to = (location: string, status = 302) =>
  serve((_, response) => response.writeHead(status, { Location: location }).end("moved"));

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("of GET and HEAD with %d is followed, and told", async (status) => {
    const { url, seen } = await serve((request, response) => {
      if (request.url === "/") response.writeHead(status, { Location: "/there?token=secret#x" }).end();
      else response.end("there");
    });
    const { result, said } = await ask(requester(), `${url}/`, { headers: { Authorization: "Bearer x" } });
    expect(result?.body).toBe("there");
    expect(said[0]).toMatch(/^GET http:\/\/127.* → \d+ .*, N ms, to http:\/\/127\.0\.0\.1:\d+\/there\?…$/);
    expect(seen.map(({ line, headers }) => [line, headers.authorization])).toEqual([
      ["GET /", "Bearer x"],
      ["GET /there?token=secret", "Bearer x"],
    ]);
    await ask(requester(), `${url}/`, { method: "HEAD" });
    expect(seen.at(-1)?.line).toBe("HEAD /there?token=secret");
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"] as const)("of %s is the answer", async (method) => {
    const { url, seen } = await to("/there");
    const { outcome } = await ask(requester(), url, { method });
    expect(outcome).toMatchObject({
      end: "failed",
      reason: `Expected a status from 200 to 299, and the answer was 302 Found (a redirect, which is not followed for ${method}), with the body "moved"`,
    });
    expect(seen.length).toBe(1);
  });

  test("that is expected is the answer", async () => {
    const { url, seen } = await to("http://169.254.169.254/");
    const { result } = await ask(requester(), url, { expectStatus: [302] });
    expect(result).toMatchObject({ status: 302, headers: { location: "http://169.254.169.254/" } });
    expect(seen.length).toBe(1);
  });

  test("to another origin takes no header and no body along, and none comes back from there", async () => {
    const first = await serve((request, response) =>
      request.url === "/"
        ? response.writeHead(307, { Location: `${second.url}/b` }).end()
        : response.end("end"),
    );
    const second = await serve((_, response) =>
      response.writeHead(307, { Location: `${first.url}/c` }).end(),
    );
    const { result } = await ask(requester(), `${first.url}/`, {
      headers: { Authorization: "Bearer secret", "X-Api-Key": "secret", Cookie: "secret", Host: "own.test" },
      body: Buffer.from("secret"),
    });
    expect(result?.body).toBe("end");
    expect(first.seen.length).toBe(2);
    expect(JSON.stringify(second.seen)).not.toContain("secret");
    expect(JSON.stringify(first.seen[1])).not.toContain("secret");
    expect(second.seen[0]?.headers).toMatchObject({ host: new URL(second.url).host });
    expect(second.seen[0]?.headers["content-length"]).toBeUndefined();
  });

  test.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://[::]/",
    "http://0/",
    "http://[fe80::1]/",
    "http://[::ffff:169.254.169.254]/",
    "//2852039166/",
  ])("to %s leads nowhere", async (location) => {
    const { url } = await to(location);
    const { outcome } = await ask(requester(), url);
    expect(outcome).toMatchObject({
      end: "failed",
      reason: expect.stringMatching(
        /^The redirect leads elsewhere than it may: .*No step may ask such addresses/,
      ),
    });
  });

  test.each(["localhost", "127.0.0.2", "[::ffff:127.0.0.1]", "[::1]", "10.0.0.1", "192.168.0.1"])(
    "to %s: what the first host is trusted with, no other is",
    async (host) => {
      const { url } = await to(`http://${host}:1/`);
      const { outcome } = await ask(requester(), url);
      expect(outcome).toMatchObject({
        end: "failed",
        reason: expect.stringMatching(/^The redirect leads elsewhere than it may: .*ROTA_HTTP_ALLOW=/),
      });
    },
  );

  test("back to the first host from another one is trusted no more", async () => {
    const second = await serve(
      (_, response) => response.writeHead(302, { Location: `${first.url}/inside` }).end(),
      "127.0.0.2",
    );
    const first = await serve((request, response) =>
      request.url === "/" ? response.writeHead(302, { Location: second.url }).end() : response.end("inside"),
    );
    const { outcome } = await ask(requester({ httpAllow: ["127.0.0.2"] }), `${first.url}/`);
    expect(outcome.reason).toMatch(/^The redirect leads elsewhere than it may: 127\.0\.0\.1 is this machine/);
    expect(first.seen.length).toBe(1);
  });

  test.each([
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "http://user:pass@127.0.0.1/",
    "data:text/plain,x",
  ])("to %s is no redirect that can be followed", async (location) => {
    const { url } = await to(location);
    const { outcome } = await ask(requester(), url);
    expect(outcome).toMatchObject({
      end: "failed",
      reason: `${url}/ redirects to what is no address of the web.`,
    });
  });

  test("without a place to go is the answer", async () => {
    const { url } = await serve((_, response) => response.writeHead(302).end());
    expect((await ask(requester(), url)).outcome.reason).toMatch(
      /the answer was 302 Found, without a body\.$/,
    );
  });

  test.each([
    [5, "succeeded"],
    [6, "failed"],
  ])("after redirects: %d of them %s", async (times, end) => {
    const { url, seen } = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(302, { Location: `/${left - 1}` }).end();
      else response.end("end");
    });
    const { outcome } = await ask(requester(), `${url}/${times}`);
    expect(outcome.end).toBe(end);
    if (end === "failed") expect(outcome.reason).toBe(`More than 5 redirects: the last was to ${url}/0.`);
    expect(seen.length).toBe(6);
  });

  test("with an endless body is followed all the same", async () => {
    const { url } = await serve((request, response) => {
      if (request.url !== "/") return response.end("there");
      response.writeHead(302, { Location: "/there" });
      const more = () => response.write("x".repeat(65536), () => setImmediate(more));
      return more();
    });
    expect((await ask(requester(), `${url}/`)).result?.body).toBe("there");
  });
});
