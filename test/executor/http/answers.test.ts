import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ask, requester, serve } from "./ask.ts";

describe("an answer", () => {
  test("of JSON is shown line by line, and is the result as it is written", async () => {
    const text = '{"status": "up",\r\n "n": 12345678901234567890, "big": 1e400}\n';
    const { url, seen } = await serve((_, response) =>
      response
        .writeHead(200, {
          "Content-Type": "application/json",
          "X-One": ["a", "b"],
          "Content-Length": text.length,
        })
        .end(text),
    );
    const { outcome, body, said, result } = await ask(requester(), `${url}/health?key=secret`, {
      headers: { "X-Mine": "1" },
    });
    expect(outcome).toMatchObject({ end: "succeeded", reason: undefined, exitCode: undefined });
    expect(said).toEqual([`GET ${url}/health?… → 200 OK, 60 bytes, N ms`]);
    expect(body).toEqual(['{"status": "up",', ' "n": 12345678901234567890, "big": 1e400}']);
    expect(Buffer.from(outcome.result ?? []).toString()).toContain(`"body":${text}}`);
    expect(result).toMatchObject({ status: 200, headers: { "x-one": "a, b" } });
    expect(seen).toMatchObject([
      {
        line: "GET /health?key=secret",
        headers: { "x-mine": "1", "user-agent": "rota", "accept-encoding": "gzip, br", connection: "close" },
      },
    ]);
  });

  test.each([
    ["text/plain; charset=iso-8859-1", Buffer.from("caf\xe9", "latin1"), "café"],
    ["text/html", Buffer.from("<p>é</p>"), "<p>é</p>"],
    ["application/json", Buffer.from("{not json"), "{not json"],
    ["application/problem+json", Buffer.from('\ufeff{"a":[1]}'), { a: [1] }],
    ["application/json; charset=nonsense", Buffer.from("[null]"), [null]],
    ["text/plain", Buffer.from("[1]"), "[1]"],
    [undefined, Buffer.from("plain"), "plain"],
    [undefined, Buffer.alloc(0), ""],
    ["application/octet-stream", Buffer.from("plain é"), "plain é"],
    ["text/plain", Buffer.from([0x61, 0xff, 0x62]), "a\ufffdb"],
  ])("of %s is %j", async (type, bytes, expected) => {
    const { url } = await serve((_, response) => {
      if (type !== undefined) response.setHeader("Content-Type", type);
      response.end(bytes);
    });
    const { result, outcome } = await ask(requester(), url);
    expect(outcome.reason).toBeUndefined();
    expect(result?.body).toEqual(expected);
  });

  test.each([
    ["image/png", Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), "8 bytes of image/png"],
    [undefined, Buffer.from([1, 0, 2]), "3 bytes of no type"],
    ["application/octet-stream", Buffer.from([0xff]), "1 byte of application/octet-stream"],
  ])("that is no text (%s) is told by its size alone", async (type, bytes, told) => {
    const { url } = await serve((_, response) => {
      if (type !== undefined) response.setHeader("Content-Type", type);
      response.end(bytes);
    });
    const { result, body, said, outcome } = await ask(requester(), url);
    expect(outcome.end).toBe("succeeded");
    expect(body).toEqual([]);
    expect(said[1]).toBe(`The body is no text and not shown: ${told}.`);
    expect(result).toMatchObject({ body: null, note: expect.stringContaining("no text") });
  });

  test.each([
    ["gzip", gzipSync("one\ntwo")],
    ["X-GZIP", Buffer.concat([gzipSync("one\n"), gzipSync("two")])],
    ["br", brotliCompressSync("one\ntwo")],
    ["deflate", deflateSync("one\ntwo")],
    ["identity", Buffer.from("one\ntwo")],
  ])("that is compressed (%s) is read as it was meant", async (encoding, bytes) => {
    const { url } = await serve((_, response) =>
      response.writeHead(200, { "Content-Encoding": encoding, "Content-Type": "text/plain" }).end(bytes),
    );
    const { body, result } = await ask(requester(), url, { expectContains: "two" });
    expect(body).toEqual(["one", "two"]);
    expect(result?.body).toBe("one\ntwo");
  });

  test("that is compressed in a way that nobody asked for is no text", async () => {
    const { url } = await serve((_, response) =>
      response.writeHead(200, { "Content-Encoding": "compress", "Content-Type": "text/plain" }).end("xyz"),
    );
    expect((await ask(requester(), url)).result?.body).toBeNull();
  });

  test("in pieces is put together: lines, letters, and what is looked for", async () => {
    const text = "first é line\nsecond";
    const { url } = await serve((_, response) => {
      const bytes = [...Buffer.from(text)];
      const next = () => {
        const byte = bytes.shift();
        if (byte === undefined) response.end();
        else response.write(Buffer.from([byte]), () => setImmediate(next));
      };
      next();
    });
    const { body, outcome } = await ask(requester(), url, { expectContains: "é line\nsec" });
    expect(outcome.reason).toBeUndefined();
    expect(body).toEqual(["first é line", "second"]);
  });

  test.each(["HEAD", "GET", "POST", "PUT", "PATCH", "DELETE"] as const)(
    "to %s: what is sent and what comes back",
    async (method) => {
      const { url } = await serve((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk) => chunks.push(chunk));
        request.on("end", () => {
          const sent = Buffer.concat(chunks).toString();
          response.end(`${request.method} ${request.headers["content-length"]} ${sent}`);
        });
      });
      const { result } = await ask(requester(), url, { method, body: Buffer.from("é") });
      expect(result?.body).toBe(method === "HEAD" ? "" : `${method} 2 é`);
    },
  );

  test.each([
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 200],
  ] as const)(
    "to %s with status %d and no body may say how it would be compressed",
    async (method, status) => {
      const { url } = await serve((_, response) =>
        response.writeHead(status, { "Content-Encoding": "gzip", "Content-Type": "application/json" }).end(),
      );
      const { outcome, result } = await ask(requester(), url, { method });
      expect(outcome).toMatchObject({ end: "succeeded", reason: undefined });
      expect(result).toMatchObject({ status, body: "" });
    },
  );

  test("keeps logins of its own out of the result, and takes odd names of headers as they are", async () => {
    const { url } = await serve((_, response) =>
      response
        .writeHead(200, [
          ...["Set-Cookie", "session=1", "__proto__", "p", "constructor", "c", "Content-Type", "text/plain"],
        ])
        .end("x"),
    );
    const asked = { expectHeaders: { constructor: "c" } };
    const { outcome, result } = await ask(requester(), url, asked);
    expect(outcome.reason).toBeUndefined();
    expect(Object.entries(result?.headers ?? {})).toEqual(expect.arrayContaining([["__proto__", "p"]]));
    expect(JSON.stringify(result)).not.toContain("session");
    const { url: bare } = await serve((_, response) => response.end("x"));
    expect((await ask(requester(), bare, asked)).outcome.reason).toBe(
      "Expected the header constructor, and the answer has none.",
    );
  });

  test("longer than a result may be is shown whole and left out of the result", async () => {
    const line = "x".repeat(1023);
    const { url } = await serve((_, response) => response.end(`${line}\n`.repeat(1200)));
    const { body, result } = await ask(requester(), url, { limits: { output: 2 ** 21 } });
    expect(body.length).toBe(1200);
    expect(result).toMatchObject({ body: null, note: "The body is left out: a result has at most 1 MiB." });
    const { url: escaped } = await serve((_, response) => response.end("\u0001".repeat(300_000)));
    const { outcome } = await ask(requester(), escaped);
    expect(outcome.result?.byteLength).toBeLessThan(2 ** 20);
  });

  test("in one endless line comes in pieces, none through a letter", async () => {
    const text = `a${"𝄞".repeat(30_000)}`;
    const { url } = await serve((_, response) => response.end(text));
    const { body } = await ask(requester(), url);
    expect(body.length).toBeGreaterThan(3);
    expect(body.join("")).toBe(text);
    for (const piece of body) expect(piece.isWellFormed()).toBe(true);
  });
});
