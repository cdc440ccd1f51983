import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Started, startServer } from "../start-server.ts";

let started: Started;
beforeAll(async () => {
  started = await startServer({ limits: { headers: 2_000, slowestBody: 700, request: 3_000 } });
});
afterAll(() => started.stop());

interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly login?: boolean;
}
/** The head of a request by root (or by nobody). */
const head = ({
  method = "POST",
  path = "/api/default/service_accounts",
  headers = {},
  login = true,
}: Request) =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\n${login ? `Authorization: ${started.login}\r\n` : ""}${Object.entries(
    headers,
  )
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
const json = (body: string, more: Readonly<Record<string, string>> = {}) => ({
  "content-type": "application/json",
  "content-length": String(Buffer.byteLength(body)),
  connection: "close",
  ...more,
});
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const post = (body: string, request: Request = {}) =>
  started.raw([head({ ...request, headers: { ...json(body), ...request.headers } }), body]);
const alive = async () => expect((await fetch(`${started.address}/healthz`)).status).toBe(200);

async function* endless(
  first: string,
  piece: Buffer,
  sent: { bytes: number },
): AsyncGenerator<string | Buffer> {
  yield first;
  for (;;) {
    yield piece;
    sent.bytes += piece.length;
  }
}

describe("a body that is too large", () => {
  const five = { "content-length": String(5 * 1024 ** 3) };

  it("is refused by what its length says, without being read", async () => {
    for (const [path, type] of [
      ["/api/default/service_accounts", "application/json"],
      ["/api/default/actions/upload", "multipart/form-data; boundary=x"],
      ["/api/default/stream/_json", "application/json"],
    ] as const) {
      const sent = { bytes: 0 };
      const first = head({ path, headers: { ...five, "content-type": type } });
      const answer = await started.raw(endless(first, Buffer.alloc(65_536), sent));
      expect(statusOf(answer), path).toBe(413);
      expect(sent.bytes).toBeLessThan(64 * 1024 * 1024);
    }
    await alive();
  });

  it("is not read for somebody who is not logged in", async () => {
    const sent = { bytes: 0 };
    const first = head({ login: false, headers: { ...five, "content-type": "application/json" } });
    const answer = await started.raw(endless(first, Buffer.alloc(65_536), sent));
    expect(statusOf(answer)).toBe(401);
    expect(sent.bytes).toBeLessThan(64 * 1024 * 1024);
  });

  it("is refused when its length is not told", async () => {
    const sent = { bytes: 0 };
    const first = head({ headers: { "transfer-encoding": "chunked", "content-type": "application/json" } });
    const piece = Buffer.from(`10000\r\n${" ".repeat(0x10000)}\r\n`);
    const answer = await started.raw(endless(first, piece, sent));
    expect(statusOf(answer)).toBe(413);
    expect(sent.bytes).toBeLessThan(64 * 1024 * 1024);
  });
});

describe("a body that is too slow", () => {
  async function* drip(first: string): AsyncGenerator<string> {
    yield first;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      yield " ";
    }
  }

  it("ends with its connection", async () => {
    for (const login of [true, false])
      await started.raw(
        drip(head({ login, headers: { "content-type": "application/json", "content-length": "9999" } })),
      );
    await alive();
  });

  it("ends also as the head of a request", async () => {
    await started.raw(drip("GET /healthz HTTP/1.1\r\nX-Slow: "));
    await alive();
  });
});

describe("a body that is no plain JSON", () => {
  it("is refused when it is compressed", async () => {
    const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024, 0x20));
    const headers = { ...json(""), "content-length": String(bomb.length), "content-encoding": "gzip" };
    const answer = await started.raw([head({ headers }), bomb]);
    expect(statusOf(answer)).toBe(415);
  });

  it("is refused when it is nested without end", async () => {
    for (const body of ["[".repeat(500_000), `${'{"a":'.repeat(150_000)}1${"}".repeat(150_000)}`]) {
      const answer = await post(body);
      expect(statusOf(answer)).toBe(400);
    }
    await alive();
  });

  it("never changes a prototype", async () => {
    for (const body of [
      '{"__proto__":{"polluted":true},"email":"p1@example.com"}',
      '{"email":"p2@example.com","constructor":{"prototype":{"polluted":true}}}',
      '{"email":"p3@example.com","permissions":[{"__proto__":{"polluted":true}}]}',
      '{"email":"p4@example.com","\\u005f_proto__":{"polluted":true}}',
    ])
      expect(statusOf(await post(body)), body).toBe(400);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("is refused as what it is not", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/xml",
      "",
      "x".repeat(1000),
    ])
      expect([400, 415], type).toContain(
        statusOf(await post('{"email":"t@example.com"}', { headers: { "content-type": type } })),
      );
  });

  it("is refused when it is broken, without repeating it", async () => {
    for (const body of ['{"email":"s3cret', "\u0000", "{}x", '"s3cret"', "[]", "null", "1e999"]) {
      const answer = await post(body);
      expect(statusOf(answer), body).toBe(400);
      expect(answer).not.toContain("s3cret");
    }
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
    const headers = { ...json(""), "content-length": String(bytes.length) };
    expect(statusOf(await started.raw([head({ headers }), bytes]))).toBe(400);
  });

  it("is refused when fields have other types than the schema says", async () => {
    for (const email of ["1", "null", "{}", '["a@example.com"]', "true"])
      expect(statusOf(await post(`{"email":${email}}`)), email).toBe(400);
  });
});

describe("a multipart body", () => {
  const upload = (type: string, body: string) =>
    post(body, { path: "/api/default/actions/upload", headers: { "content-type": type } });

  it("with a bad boundary or a bad frame is refused", async () => {
    const part = 'Content-Disposition: form-data; name="name"\r\n\r\nx\r\n';
    for (const [type, body] of [
      ["multipart/form-data", ""],
      ["multipart/form-data; boundary=", "--\r\n"],
      ["multipart/form-data; boundary=x", "no boundary at all"],
      ["multipart/form-data; boundary=x", `--x\r\n${part}`],
      ["multipart/form-data; boundary=x", `--x\r\n${part}--y--\r\n`],
      ["multipart/form-data; boundary=x", "--x\r\n\r\n\r\n--x--\r\n"],
      [`multipart/form-data; boundary=${"x".repeat(500)}`, "--x--\r\n"],
      ["multipart/form-data; boundary=x; boundary=y", `--y\r\n${part}--y--\r\n`],
      ["multipart/mixed; boundary=x", `--x\r\n${part}--x--\r\n`],
    ] as const)
      expect([400, 406, 413, 415], `${type} ${body.slice(0, 20)}`).toContain(
        statusOf(await upload(type, body)),
      );
    await alive();
  });

  it("with too many parts, long names or special names is refused", async () => {
    const part = (name: string) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n1\r\n`;
    const type = "multipart/form-data; boundary=x";
    for (const body of [
      part("name").repeat(5000),
      part("n".repeat(100_000)),
      part("__proto__"),
      part("constructor"),
      `--x\r\n${"X-Header: 1\r\n".repeat(5000)}\r\n1\r\n`,
    ])
      expect([400, 413, 431], body.slice(0, 60)).toContain(statusOf(await upload(type, `${body}--x--\r\n`)));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("the frame of a request", () => {
  it("that is ambiguous is refused", async () => {
    for (const bytes of [
      "POST /api/default/roles HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /api/default/roles HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxx",
      "POST /api/default/roles HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\nContent-Length: 1\r\n\r\nx",
      "GET /healthz HTTP/1.1\nHost : x\r\n\r\n",
      "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
      "\x16\x03\x01\x02\x00",
    ]) {
      const answer = await started.raw([bytes]);
      expect(answer === "" || statusOf(answer) >= 400, answer.slice(0, 200)).toBe(true);
      expect(answer).not.toContain('"status":"ok"');
    }
    await alive();
  });

  it("with a huge header or address is refused as JSON", async () => {
    const headers = { "x-huge": "x".repeat(200_000) };
    const answer = await started.raw([head({ method: "GET", path: "/healthz", headers })]);
    expect(statusOf(answer)).toBe(431);
    expect(answer).toContain('"code":431');
    const long = await started.raw([head({ method: "GET", path: `/api/${"x".repeat(100_000)}/actions` })]);
    expect([400, 404, 414, 431]).toContain(statusOf(long));
    await alive();
  });
});
