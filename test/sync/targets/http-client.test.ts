import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { authorizationHeader } from "../../../src/core/wire/authorization-header.ts";
import { httpClient } from "../../../src/sync/targets/rota-server/http-client.ts";
import { retryAfter } from "../../../src/sync/targets/rota-server/retry-after.ts";
import { rotaServer } from "../../../src/sync/targets/rota-server/rota-server.ts";
import {
  AuthError,
  PreconditionFailed,
  TargetError,
  UnreachableError,
} from "../../../src/sync/targets/target-error.ts";

const basic = Buffer.from("root@example.com:correct horse").toString("base64");
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A real server on loopback that answers with `handle`. */
async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  serve((_, response) => response.writeHead(status, headers).end(body));

const failureOf = async (address: string, token = basic): Promise<TargetError> =>
  await httpClient({ address, token, organization: "default" })("/actions").then(
    () => expect.unreachable("the request should have failed"),
    (error: TargetError) => error,
  );

describe("failures", () => {
  it.each([
    [401, "Unauthorized Access", AuthError, "AUTH", false],
    [403, '{"code":403,"message":"Not Supported"}', AuthError, "AUTH", false],
    [412, '{"code":412,"message":"changed"}', PreconditionFailed, "PRECONDITION_FAILED", false],
    [429, "", TargetError, "RATE_LIMITED", true],
    [400, '{"code":400,"message":"Invalid execution details"}', TargetError, "REFUSED", false],
    [500, "<html>oops</html>", TargetError, "SERVER_FAILED", true],
    [503, "", TargetError, "SERVER_FAILED", true],
  ])("status %i becomes a typed error", async (status, body, type, code, transient) => {
    const error = await failureOf(await answering(status, body));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code, isTransient: transient });
    expect(error.message).not.toContain("<html>");
  });

  it("carry what the server says and how long it wants to be left alone", async () => {
    const error = await failureOf(await answering(429, '{"message":"slow down"}', { "retry-after": "7" }));
    expect(error.message).toContain("slow down");
    expect(error.retryAfter).toBe(7000);
  });

  it("never repeat a token, a password or a terminal escape that the server sends back", async () => {
    const said = `no: ${basic} correct horse \u001b[31m`;
    const error = await failureOf(await answering(400, JSON.stringify({ message: said })));
    expect(error.message).toContain("[redacted] [redacted] \\u{1b}[31m");
    expect(error.message).not.toMatch(/correct horse|\u001b/);
  });

  it("keep the lines of what the server quotes, behind its sentence", async () => {
    const message = "No such package.\nIts last lines:\nERROR: none\u001b[31m\n";
    const error = await failureOf(await answering(400, JSON.stringify({ message })));
    expect(error.message).toBe(
      "The server refused: No such package. (status 400)\nIts last lines:\nERROR: none\\u{1b}[31m",
    );
  });

  it("say what to do when nothing listens; then surely nothing happened", async () => {
    const address = await answering(200, "[]");
    for (const close of closers.splice(0)) close();
    const error = await failureOf(address);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message).toMatch(/nothing listens there\. Is it started/);
    expect(error.mayHaveHappened).toBe(false);
  });

  it("when the connection breaks, it may have happened", async () => {
    const error = await failureOf(await serve((request) => request.socket.destroy()));
    expect(error).toMatchObject({ code: "UNREACHABLE", mayHaveHappened: true });
  });

  it("do not follow a redirect with the token", async () => {
    const seen: string[] = [];
    const elsewhere = await serve((request, response) => {
      seen.push(request.url ?? "");
      response.end("[]");
    });
    const error = await failureOf(await answering(302, "", { location: `${elsewhere}/x` }));
    expect(error).toMatchObject({ code: "REFUSED", message: expect.stringContaining("redirects") });
    expect(seen).toEqual([]);
  });
});

describe("answers", () => {
  it.each([
    ["no JSON", "hello"],
    ["no list", "{}"],
    ["an action without a name", '[{"id":"x"}]'],
    ["a list with a hole", "[null]"],
    ["cut off", '[{"id":"x","name":"a"},'],
  ])("that are %s stop the plan", async (_, body) => {
    const address = await answering(200, body);
    const { target } = rotaServer({ address, token: "t", organization: "default" });
    await expect(target.list()).rejects.toMatchObject({ code: "BAD_ANSWER" });
  });

  it("that are nested too deep are refused before anything walks them", async () => {
    const address = await answering(200, `{"id":"x","name":"a","action":${"[".repeat(5000)}`);
    const ask = httpClient({ address, token: "t", organization: "default" });
    await expect(ask("/actions/x")).rejects.toMatchObject({ message: expect.stringContaining("too deep") });
  });

  it("without a definition are not taken for one", async () => {
    const action = '{"id":"x","name":"a"}';
    const address = await serve((request, response) =>
      response.end(request.url?.includes("?") ? `[${action}]` : action),
    );
    const { target } = rotaServer({ address, token: "t", organization: "default" });
    await expect(target.get({ kind: "action", name: "a" })).rejects.toMatchObject({ code: "BAD_ANSWER" });
  });

  it("that are no UTF-8 are refused", async () => {
    const address = await serve((_, response) => response.end(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])));
    expect(await failureOf(address)).toMatchObject({ code: "BAD_ANSWER" });
  });

  it("are read up to a bound", async () => {
    const address = await serve((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 32);
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk));
        response.once("drain", pump);
      };
      pump();
    });
    const error = await failureOf(address);
    expect(error).toMatchObject({ code: "BAD_ANSWER", message: expect.stringContaining("more than") });
  });
});

describe("requests", () => {
  it("go to the organization, escaped, with token and quoted ETag", async () => {
    const seen: unknown[] = [];
    const address = await serve((request, response) => {
      seen.push([request.method, request.url, request.headers.authorization, request.headers["if-match"]]);
      response.end("{}");
    });
    const ask = httpClient({ address: `${address}/`, token: basic, organization: "a/b" });
    await ask("/actions/x", { method: "PUT", json: {}, ifMatch: "v1" });
    expect(seen).toEqual([["PUT", "/api/a%2Fb/actions/x", `Basic ${basic}`, '"v1"']]);
  });

  it("take every token that is not email:password for a Bearer token", () => {
    expect(authorizationHeader(basic)).toBe(`Basic ${basic}`);
    expect(authorizationHeader("rota_abc123")).toBe("Bearer rota_abc123");
    expect(authorizationHeader(Buffer.from("no mail: here").toString("base64"))).toMatch(/^Bearer /);
  });
});

describe("Retry-After", () => {
  it.each([
    ["seconds", "3", 3000],
    ["a date", "Thu, 01 Jan 1970 00:00:10 GMT", 9000],
    ["a date that has passed", "Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["a year", "31536000", 600_000],
    ["nonsense", "soon", undefined],
    ["none", null, undefined],
  ])("as %s", (_, header, expected) => {
    expect(retryAfter(header, 1000)).toBe(expected);
  });
});
