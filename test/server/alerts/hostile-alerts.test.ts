import { Writable } from "node:stream";
import { gzipSync } from "node:zlib";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wireClient } from "../../contract/wire/client.ts";
import { type Started, startServer } from "../start-server.ts";

/* The door for alerts, as whoever means harm finds it. */

let started: Started;
const logged: string[] = [];
/** Of the receivers json and grafana, and of json in another organization. */
const signed: Record<"json" | "grafana" | "other", string> = { json: "", grafana: "", other: "" };
const path = "/api/default/alerts/json";

beforeAll(async () => {
  const log = pino(
    { level: "trace" },
    new Writable({
      write(line: Buffer, _encoding, done) {
        logged.push(line.toString());
        done();
      },
    }),
  );
  started = await startServer({ log, limits: { headers: 8_000, slowestBody: 2_500, request: 10_000 } });
  for (const [of, organization, receiver] of [
    ["json", "default", "json"],
    ["grafana", "default", "grafana"],
    ["other", "other", "json"],
  ] as const) {
    const client = wireClient(started.address, organization, started.login);
    const answer = await client.request("POST", `alerts/${receiver}/address`, { json: {} });
    signed[of] = (answer.json as { path: string }).path.split("signature=")[1]!;
  }
});
afterAll(() => started.stop());

const alert = '{"name":"Down"}';
const head = (target: string, headers: Readonly<Record<string, string>> = {}) =>
  `POST ${target} HTTP/1.1\r\nHost: x\r\n${Object.entries({ "Content-Type": "application/json", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
async function post(target: string, headers: Readonly<Record<string, string>> = {}, body = alert) {
  const frame = { "Content-Length": String(Buffer.byteLength(body)), Connection: "close" };
  return started.raw([head(target, { ...frame, ...headers }), body]);
}
const withSignature = (text: string, target = path) => `${target}?signature=${text}`;
const alive = async () => expect((await fetch(`${started.address}/healthz`)).status).toBe(200);

/** Sends pieces for as long as they are taken, at most so many bytes; answers what came back, and what the server grew by. */
async function flood(first: string, piece: Buffer, most: number) {
  const before = process.memoryUsage().rss;
  let sent = 0;
  async function* pieces(): AsyncGenerator<string | Buffer> {
    yield first;
    while (sent < most) {
      yield piece;
      sent += piece.length;
    }
  }
  const answer = await started.raw(pieces());
  return { answer, sent, grown: process.memoryUsage().rss - before };
}

const five = 5 * 1024 ** 3;
const mebibytes = (count: number) => count * 1024 * 1024;

describe("a body of 5 GB from nobody", () => {
  for (const [how, target] of [
    ["without a login", () => path],
    ["with a forged signature", () => withSignature("A".repeat(43))],
  ] as const) {
    it(`is not read ${how} when its length is told, and the connection ends`, async () => {
      const first = head(target(), { "Content-Length": String(five) });
      const { answer, sent, grown } = await flood(first, Buffer.alloc(65_536, 0x20), five);
      expect(statusOf(answer)).toBe(401);
      expect(sent).toBeLessThan(mebibytes(64));
      expect(grown).toBeLessThan(mebibytes(128));
    });

    it(`is not read ${how} when it comes in chunks without end, and the connection ends`, async () => {
      const first = head(target(), { "Transfer-Encoding": "chunked" });
      const piece = Buffer.from(`10000\r\n${" ".repeat(0x10000)}\r\n`);
      const { answer, sent, grown } = await flood(first, piece, five);
      expect(statusOf(answer)).toBe(401);
      expect(sent).toBeLessThan(mebibytes(64));
      expect(grown).toBeLessThan(mebibytes(128));
    });
  }
});

describe("a body from somebody who may send", () => {
  const good = () => withSignature(signed.json);

  it("is refused beyond 4 MiB, told or not", async () => {
    const told = head(good(), { "Content-Length": String(five) });
    expect(statusOf((await flood(told, Buffer.alloc(65_536, 0x20), five)).answer)).toBe(413);
    const chunked = head(good(), { "Transfer-Encoding": "chunked" });
    const piece = Buffer.from(`10000\r\n${" ".repeat(0x10000)}\r\n`);
    const { answer, sent } = await flood(chunked, piece, five);
    expect(statusOf(answer)).toBe(413);
    expect(sent).toBeLessThan(mebibytes(64));
  });

  it("ends with its connection when it comes too slowly, for nobody as well", async () => {
    async function* drip(first: string): AsyncGenerator<string> {
      yield first;
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        yield " ";
      }
    }
    for (const target of [good(), path]) await started.raw(drip(head(target, { "Content-Length": "9999" })));
    await alive();
  });

  it("is refused when it is compressed: a gzip bomb is never opened", async () => {
    const bomb = gzipSync(Buffer.alloc(mebibytes(50), 0x20));
    const headers = {
      "Content-Encoding": "gzip",
      "Content-Length": String(bomb.length),
      Connection: "close",
    };
    const answer = await started.raw([head(good(), headers), bomb]);
    expect(statusOf(answer)).toBe(415);
  });

  it("is refused when it is nested without end", async () => {
    for (const body of [
      "[".repeat(1_000_000),
      `{"alerts":${'[{"labels":'.repeat(100_000)}1${"}]".repeat(100_000)}}`,
    ])
      expect(statusOf(await post(good(), {}, body))).toBe(400);
    await alive();
  });

  it("never changes a prototype", async () => {
    for (const body of [
      '{"name":"a","labels":{"__proto__":{"polluted":"yes"}}}',
      '{"name":"a","labels":{"constructor":{"prototype":{"polluted":"yes"}}}}',
    ])
      expect(statusOf(await post(good(), {}, body)), body).toBe(400);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});

describe("a signature", () => {
  it("is good in its own address", async () => {
    expect(statusOf(await post(withSignature(signed.json)))).toBe(200);
  });

  it("is nothing when it is forged, cut, lengthened or altered in one character", async () => {
    const { json } = signed;
    const altered = [...json].map(
      (character, at) => `${json.slice(0, at)}${character === "A" ? "B" : "A"}${json.slice(at + 1)}`,
    );
    for (const text of [
      "",
      "undefined",
      "%00",
      json.slice(0, -1),
      json.slice(1),
      `${json}A`,
      `${json}=`,
      `${json}%20`,
      json.toLowerCase(),
      `${json}&signature=${json}`,
      "A".repeat(43),
      "A".repeat(10_000),
      ...altered,
    ])
      expect(statusOf(await post(withSignature(text))), text).toBe(401);
    expect(statusOf(await post(`${path}?signature[]=${json}`))).toBe(401);
    expect(statusOf(await post(`${path}?Signature=${json}`))).toBe(401);
  });

  it("of another receiver or another organization is nothing here", async () => {
    expect(statusOf(await post(withSignature(signed.grafana)))).toBe(401);
    expect(statusOf(await post(withSignature(signed.other)))).toBe(401);
    expect(statusOf(await post(withSignature(signed.json, "/api/other/alerts/json")))).toBe(401);
    expect(statusOf(await post(withSignature(signed.json, "/api/default/alerts/alertmanager")))).toBe(401);
    expect(statusOf(await post(withSignature(signed.json, "/api/default/alerts/constructor")))).toBe(401);
  });

  it("does not make up for a login that is wrong", async () => {
    for (const Authorization of ["Bearer nothing", "Basic Og==", "Basic", ""])
      expect(statusOf(await post(withSignature(signed.json), { Authorization })), Authorization).toBe(401);
  });

  it("opens no other way to the door and nothing behind another one", async () => {
    for (const target of [
      `${path}/`,
      `${path}/address`,
      `${path};x`,
      `${path}%2f`,
      `${path}/.`,
      `${path}/../json/address`,
      `${path}/%2e%2e/json/address`,
      `${path}.`,
      `/${path}`,
      path.replace("/alerts/", "//alerts/"),
      path.replace("/alerts/", "/alerts/x/../"),
      path.replace("/alerts/", "/alerts;/"),
      path.replace("/alerts/", "/ALERTS/"),
      "/api/default/alerts/destinations",
      "/api/default/alerts/templates",
      "/api/default/tokens",
      "/api/default/actions/x/run",
    ])
      expect([400, 401, 404], target).toContain(statusOf(await post(withSignature(signed.json, target))));
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const request = `${method} ${withSignature(signed.json)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
      expect([400, 401, 404, 405], method).toContain(statusOf(await started.raw([request])));
    }
    const override = {
      "X-HTTP-Method-Override": "POST",
      "X-HTTP-Method": "POST",
      "X-Method-Override": "POST",
    };
    for (const [name, value] of Object.entries(override)) {
      const request = `GET ${withSignature(signed.json)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${name}: ${value}\r\n\r\n`;
      expect([401, 404, 405], name).toContain(statusOf(await started.raw([request])));
    }
  });

  it("lets no page of another origin read or send: no answer of ours allows one", async () => {
    for (const Origin of ["null", "https://evil.example"]) {
      const answer = await post(withSignature(signed.json), { Origin });
      expect(answer).not.toMatch(/access-control-/i);
      const preflight = await started.raw([
        `OPTIONS ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: ${Origin}\r\nAccess-Control-Request-Method: POST\r\n\r\n`,
      ]);
      expect([401, 404]).toContain(statusOf(preflight));
      expect(preflight).not.toMatch(/access-control-/i);
    }
    // A form of a page needs no leave of the server for this one.
    const form = await post(withSignature(signed.json), { "Content-Type": "text/plain" });
    expect([400, 415]).toContain(statusOf(form));
  });

  it("is in no line of the server's log, nor in an answer", async () => {
    const answer = await post(withSignature(signed.json), {}, '"no alert"');
    expect(statusOf(answer)).toBe(400);
    expect(answer).not.toContain(signed.json);
    for (const text of Object.values(signed)) expect(logged.join("\n")).not.toContain(text);
  });
});
