import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { createServer, type Server } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { python } from "./python.ts";

const pem = resolve("test/actions/fixtures/localhost.pem");
let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer({ key: readFileSync(pem), cert: readFileSync(pem) }, (socket) => socket.end());
  server.on("tlsClientError", () => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

const check = (env: Record<string, string>) =>
  python("certificate_check", "import main; main.main()", { env });

describe("certificate_check", () => {
  it("passes a certificate with time left", async () => {
    const { code, err } = await check({ HOSTS: `localhost:${port}, 127.0.0.1:${port}`, SSL_CERT_FILE: pem });
    expect(err).toMatch(/INFO localhost:\d+: \d+ days left/);
    expect(err).toContain("INFO 2 hosts checked");
    expect(code).toBe(0);
  });

  it("fails for one that is about to expire, and names it", async () => {
    const env = { HOSTS: `localhost:${port}`, SSL_CERT_FILE: pem, WARN_DAYS: "1000000" };
    const { code, err } = await check(env);
    expect(code).toBe(1);
    expect(err).toContain(`1 of 1 need attention: localhost:${port}`);
  });

  it("fails for one that nobody vouches for", async () => {
    const { code, err } = await check({ HOSTS: `localhost:${port}`, ALLOW_UNREACHABLE: "yes" });
    expect(code).toBe(1);
    expect(err).toContain("is not trusted: self-signed certificate");
  });

  it("fails for a host that does not answer, unless that is allowed", async () => {
    const HOSTS = "[::1]:1";
    expect((await check({ HOSTS })).code).toBe(1);
    const allowed = await check({ HOSTS, ALLOW_UNREACHABLE: "yes" });
    expect(allowed.err).toContain("WARNING ::1:1 could not be checked");
    expect(allowed.code).toBe(0);
  });

  it("fails when it has nothing to do", async () => {
    const { code, err } = await check({ HOSTS: " , " });
    expect({ code, err }).toEqual({ code: 1, err: "HOSTS names no host\n" });
  });
});
