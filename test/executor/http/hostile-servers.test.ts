import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ask, requester, serve } from "./ask.ts";
import { pour, serveRaw } from "./raw-server.ts";

const head = (...headers: string[]) => ["HTTP/1.1 200 OK", ...headers, "", ""].join("\r\n");
const chunk = (bytes: Buffer) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
const letters = Buffer.alloc(100_000, "a");
const zeros = Buffer.alloc(64 * 2 ** 20);

describe("a server", () => {
  test("whose body never ends is left at the limit on output, with what fitted", async () => {
    const { url, closed } = await serveRaw((socket) => {
      socket.write(head("Content-Type: text/plain"));
      pour(socket, `${"x".repeat(99)}\n`.repeat(100));
    });
    const { outcome, body } = await ask(requester(), url, { limits: { output: 100_050 } });
    await closed;
    expect(outcome).toMatchObject({
      end: "output_limit",
      reason: "The answer's body is longer than 100050 bytes (resources.output).",
      result: undefined,
    });
    expect(body.length).toBe(1001);
    expect(body.at(-1)).toBe("x".repeat(50));
  });

  test("whose body never ends and is no text is left there as well", async () => {
    const { url, closed } = await serveRaw((socket) => {
      socket.write(head("Content-Type: video/mp4"));
      pour(socket, Buffer.alloc(65536));
    });
    const { outcome, body } = await ask(requester(), url);
    await closed;
    expect(outcome.end).toBe("output_limit");
    expect(body).toEqual([]);
  });

  test.each([
    ["gzip", gzipSync(zeros)],
    ["br", brotliCompressSync(zeros)],
  ])("that sends a bomb (%s) is left when as much came out of it", async (encoding, bytes) => {
    const { url } = await serve((_, response) =>
      response.writeHead(200, { "Content-Encoding": encoding, "Content-Type": "text/plain" }).end(bytes),
    );
    const { outcome } = await ask(requester(), url);
    expect(outcome).toMatchObject({ end: "output_limit", result: undefined });
  });

  test("that sends compressed nothing without end is left as well", async () => {
    const nothing = gzipSync("");
    const { url, closed } = await serveRaw((socket) => {
      socket.write(head("Content-Encoding: gzip", "Content-Type: text/plain"));
      pour(socket, Buffer.concat(Array(500).fill(nothing)));
    });
    const { outcome } = await ask(requester(), url);
    await closed;
    expect(outcome.end).toBe("output_limit");
  });

  test.each([
    ["lines", "X-More: 1\r\n"],
    ["letters in one", "x"],
  ])("whose headers never end (%s) is left", async (_, more) => {
    const { url, closed } = await serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nX: ");
      pour(socket, more.repeat(100));
    });
    const { outcome } = await ask(requester(), url);
    await closed;
    expect(outcome).toMatchObject({
      end: "failed",
      reason: expect.stringMatching(
        /^The headers of what 127\.0\.0\.1:\d+ answers are longer than 32 KiB\.$/,
      ),
    });
  });

  test.each([
    ["its first line", "HTTP/1.1 200 ", letters],
    ["its headers", "HTTP/1.1 200 OK\r\nX-A", letters],
    ["its body", head("Content-Length: 100000"), letters],
    ["its compressed body", head("Content-Encoding: gzip"), gzipSync(randomBytes(100_000))],
    ["a chunk", head("Transfer-Encoding: chunked").concat("ffff\r\n"), letters],
  ])(
    "that sends a letter now and then (slow loris) in %s is left at the timeout",
    async (_, begin, bytes) => {
      const { url, closed } = await serveRaw(async (socket) => {
        socket.write(begin);
        for (let at = 0; !socket.destroyed; at++) {
          socket.write(bytes.subarray(at, at + 1));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      });
      const { outcome } = await ask(requester(), url, { limits: { timeout: 300 } });
      await closed;
      expect(outcome).toMatchObject({
        end: "timed_out",
        reason: "It ran longer than its timeout of 300 ms.",
        result: undefined,
      });
    },
  );

  test("that says nothing but 100 Continue is left at the timeout", async () => {
    const { url, closed } = await serveRaw((socket) => pour(socket, "HTTP/1.1 100 Continue\r\n\r\n"));
    const { outcome } = await ask(requester(), url, { limits: { timeout: 300 } });
    await closed;
    expect(outcome.end).toBe("timed_out");
  });

  test.each([
    ["no HTTP", "SSH-2.0-OpenSSH_9.0\r\n", /does not speak HTTP \(HPE_/],
    ["HTTP/0.9", "<html>", /does not speak HTTP \(HPE_/],
    [
      "both lengths of a body",
      head("Content-Length: 5", "Transfer-Encoding: chunked"),
      /does not speak HTTP/,
    ],
    ["two lengths of a body", head("Content-Length: 5", "Content-Length: 6"), /does not speak HTTP/],
    ["a control character in a header", head("X: a\x00b"), /does not speak HTTP/],
    ["less than it promised", head("Content-Length: 100").concat("abc"), /closed the connection before/],
    ["half a chunk", head("Transfer-Encoding: chunked").concat("a\r\nabc"), /closed the connection before/],
    ["a wrong chunk", head("Transfer-Encoding: chunked").concat("zz\r\nabc"), /closed the connection before/],
    ["nothing", "", /closed the connection before/],
    [
      "another protocol",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
      /101/,
    ],
    ["a damaged body", head("Content-Encoding: gzip").concat("no gzip"), /is compressed and damaged/],
    ["half a compressed body", head("Content-Encoding: br").concat("\x0b"), /is compressed and damaged/],
  ])("that answers %s: a sentence", async (_, text, reason) => {
    const { url } = await serveRaw((socket) => socket.end(Buffer.from(text, "latin1")));
    const { outcome } = await ask(requester(), url);
    expect(outcome).toMatchObject({
      end: "failed",
      reason: expect.stringMatching(reason),
      result: undefined,
    });
    expect(outcome.reason).toMatch(/\.$/);
  });

  test("that never ends its trailers is left", async () => {
    const { url, closed } = await serveRaw((socket) => {
      socket.write(head("Transfer-Encoding: chunked"));
      socket.write(chunk(Buffer.from("a\n")));
      socket.write("0\r\n");
      pour(socket, "X-More: 1\r\n".repeat(100));
    });
    const { outcome } = await ask(requester(), url);
    await closed;
    expect(outcome.end).toBe("failed");
  });

  test("that answers before it was sent all, and hangs up, has answered", async () => {
    const { url } = await serveRaw((socket) =>
      socket.end("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno\n"),
    );
    const { outcome } = await ask(requester(), url, { method: "POST", body: Buffer.alloc(2 ** 24) });
    expect(outcome.end).toBe("failed");
    expect(outcome.reason).toMatch(/ 413 |closed the connection before/);
  });

  test("that writes terminal codes and a status line of its own cannot speak in our name", async () => {
    const { url } = await serveRaw((socket) =>
      socket.end("HTTP/1.1 200 \x1b[31mAll is well\r\nContent-Length: 0\r\n\r\n"),
    );
    const { said, outcome } = await ask(requester(), url);
    expect([...said, outcome.reason ?? ""].join()).not.toContain("\x1b");
  });
});

test("a port that nothing listens at is told as such", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const { outcome } = await ask(requester(), `http://127.0.0.1:${port}/`);
  expect(outcome).toMatchObject({
    end: "failed",
    reason: `Nothing listens at 127.0.0.1:${port}: the connection was refused.`,
  });
});
