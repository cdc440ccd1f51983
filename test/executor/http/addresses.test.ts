import { describe, expect, test } from "vitest";
import type { Resolve } from "../../../src/executor/http/checked-addresses.ts";
import { ask, requester, serve } from "./ask.ts";

/** A name service that answers from a list, and counts. */
function names(...answers: readonly string[][]): Resolve & { readonly asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolve = async (host) => {
    asked.push(host);
    const addresses = answers[Math.min(asked.length, answers.length) - 1] as string[];
    return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
  return Object.assign(resolve, { asked });
}

describe("the address of a request", () => {
  test("of a host that came from a value must be public, unless the settings open its network", async () => {
    const { url, seen } = await serve((_, response) => response.end("inside"));
    const { outcome } = await ask(requester(), url, { trusted: false });
    expect(outcome).toMatchObject({
      end: "not_started",
      reason:
        "127.0.0.1 is this machine itself. A host that comes from a value (a parameter, an alert, an output) must be " +
        "public: write the host itself into the step's url or into the baseUrl of a provider in rota.yaml, or whoever " +
        "runs the server opens its network with ROTA_HTTP_ALLOW=127.0.0.1.",
    });
    expect(seen).toEqual([]);
    const open = requester({ httpAllow: ["127.0.0.0/8"] });
    expect((await ask(open, url, { trusted: false })).result?.body).toBe("inside");
  });

  test.each([
    "127.0.0.1",
    "0x7f.1",
    "2130706433",
    "017700000001",
    "127.1",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "%31%32%37.0.0.1",
    "127.0.0.1.",
    "①②⑦.0.0.1",
  ])("is the same however it is spelled: %s", async (host) => {
    const { port, seen } = await serve((_, response) => response.end("inside"));
    const { outcome } = await ask(requester(), `http://${host}:${port}/`, { trusted: false });
    expect(outcome).toMatchObject({
      end: "not_started",
      reason: expect.stringContaining("this machine itself"),
    });
    expect(seen).toEqual([]);
  });

  test.each([
    "169.254.169.254",
    "[::]",
    "0.0.0.0",
    "0",
    "[fe80::1]",
    "[::ffff:169.254.169.254]",
    "2852039166",
    "[fd00:ec2::254]",
    "224.0.0.1",
    "255.255.255.255",
  ])("may never be %s, whoever wrote it", async (host) => {
    const { port, seen } = await serve((_, response) => response.end("inside"));
    const { outcome } = await ask(
      requester({ httpAllow: ["127.0.0.0/8", "0.0.0.0/0", "::/0"] }),
      `http://${host}:${port}/`,
    );
    expect(outcome).toMatchObject({ end: "not_started", reason: expect.stringContaining("No step may ask") });
    expect(seen).toEqual([]);
  });

  test("is looked up once: a name that means another one a moment later leads nowhere else (DNS rebinding)", async () => {
    const meant = await serve((_, response) => response.end("meant"));
    const inside = await serve((_, response) => response.end("inside"), "127.0.0.2", meant.port);
    const resolve = names(["127.0.0.1"], ["127.0.0.2"]);
    const executor = requester({ resolve, httpAllow: ["127.0.0.1"] });
    const { result } = await ask(executor, `http://rebind.test:${meant.port}/`, { trusted: false });
    expect(result?.body).toBe("meant");
    expect(resolve.asked).toEqual(["rebind.test"]);
    expect(meant.seen).toMatchObject([{ headers: { host: `rebind.test:${meant.port}` } }]);
    expect(inside.seen).toEqual([]);
  });

  test("is looked up and checked again where a redirect leads to the same name (DNS rebinding)", async () => {
    const meant = await serve((_, response) => response.writeHead(302, { Location: "/again" }).end());
    const inside = await serve((_, response) => response.end("inside"), "127.0.0.2", meant.port);
    const resolve = names(["127.0.0.1"], ["127.0.0.2"]);
    const executor = requester({ resolve, httpAllow: ["127.0.0.1"] });
    const { outcome } = await ask(executor, `http://rebind.test:${meant.port}/`, { trusted: false });
    expect(outcome).toMatchObject({
      end: "failed",
      reason: expect.stringContaining(
        '"rebind.test" has the address 127.0.0.2, which is this machine itself',
      ),
    });
    expect(inside.seen).toEqual([]);
  });

  test("is refused where one of several may not be asked", async () => {
    const { port, seen } = await serve((_, response) => response.end("inside"));
    const resolve = names(["1.1.1.1", "169.254.169.254"]);
    const { outcome } = await ask(requester({ resolve }), `http://both.test:${port}/`);
    expect(outcome).toMatchObject({
      end: "not_started",
      reason: expect.stringMatching(
        /^"both\.test" has the address 169\.254\.169\.254, which is a cloud's metadata/,
      ),
    });
    expect(seen).toEqual([]);
  });

  test("is tried one after the other where a name has several", async () => {
    const { port } = await serve((_, response) => response.end("here"));
    const resolve = names(["127.0.0.3", "127.0.0.1"]);
    const { result } = await ask(requester({ resolve }), `http://several.test:${port}/`);
    expect(result?.body).toBe("here");
  });

  test.each([
    ["no address", async () => []],
    [
      "one that is unknown",
      () => Promise.reject(Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" })),
    ],
  ] as const)("of a name with %s", async (_, resolve) => {
    const { outcome } = await ask(requester({ resolve }), "http://nowhere.test/");
    expect(outcome).toMatchObject({
      end: "failed",
      reason: 'The name "nowhere.test" has no address: is it written as it should be?',
    });
  });

  test("of a name that nobody answers for is waited for no longer than the timeout", async () => {
    const resolve: Resolve = () => new Promise(() => undefined);
    const { outcome } = await ask(requester({ resolve }), "http://slow.test/", { limits: { timeout: 50 } });
    expect(outcome).toMatchObject({ end: "timed_out", reason: "It ran longer than its timeout of 50 ms." });
  });

  test("of this machine may be written down", async () => {
    const { port } = await serve((_, response) => response.end("here"));
    expect((await ask(requester(), `http://localhost:${port}/`)).result?.body).toBe("here");
    const { port: other } = await serve((_, response) => response.end("there"), "::1");
    expect((await ask(requester(), `http://[::1]:${other}/`)).result?.body).toBe("there");
  });

  test("never goes through a proxy of the server's environment", async () => {
    const proxy = await serve((_, response) => response.end("proxy"));
    const { url } = await serve((_, response) => response.end("direct"));
    const before = { ...process.env };
    Object.assign(process.env, { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: proxy.url, http_proxy: proxy.url });
    try {
      expect((await ask(requester(), url)).result?.body).toBe("direct");
    } finally {
      process.env = before;
    }
    expect(proxy.seen).toEqual([]);
  });

  test.each([
    ["ftp://127.0.0.1/", "no address"],
    ["file:///etc/passwd", "no address"],
    ["/path", "no address"],
    ["http://", "no address"],
    ["", "no address"],
    ["http://user:secret@127.0.0.1/", "holds a login"],
  ])("%j is refused before anything is asked", async (url, reason) => {
    const { outcome } = await ask(requester(), url);
    expect(outcome).toMatchObject({ end: "not_started", reason: expect.stringContaining(reason) });
    expect(outcome.reason).not.toContain("secret");
  });

  test.each([
    { kind: "host", user: undefined } as const,
    {
      kind: "ssh",
      target: { host: "h", port: 22, user: "u", key: "k", hostKey: "x", jump: undefined },
    } as const,
  ])("is asked by the server itself and no other place: $kind", async (place) => {
    const { outcome } = await ask(requester({ allowHost: true }), "http://127.0.0.1/", { place });
    expect(outcome).toMatchObject({
      end: "not_started",
      reason:
        "A request is made by the server itself, not at another place: name a provider of kind http, or none.",
    });
  });
});
