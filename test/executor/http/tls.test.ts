import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { ask, listening, requester, serve } from "./ask.ts";
import { type Certificate, makeAuthority, sign } from "./certificates.ts";

const authority = makeAuthority();
const own = sign(authority, "DNS:a.test,IP:127.0.0.1");
const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
const trusting = () => requester({ resolve, httpCertificates: [authority.cert] });

/** A server over TLS, and the names that it was asked for: by TLS, and by the header. */
async function serveTls(
  certificate: Certificate,
  listener: RequestListener = (_, response) => response.end("in private"),
) {
  const asked: (readonly [string | false | null | undefined, string | undefined])[] = [];
  const server = createServer({ ...certificate }, (request, response) => {
    asked.push([(request.socket as TLSSocket).servername, request.headers.host]);
    listener(request, response);
  });
  return { port: (await listening(server)).port, asked };
}

test("a request over TLS says the name that it means, and checks that the certificate is made for it", async () => {
  const { port, asked } = await serveTls(own);
  const { result } = await ask(trusting(), `https://a.test:${port}/`);
  expect(result?.body).toBe("in private");
  await ask(trusting(), `https://a.test:${port}/`, { headers: { Host: "b.test" } });
  expect(asked).toEqual([
    ["a.test", `a.test:${port}`],
    ["a.test", "b.test"],
  ]);
  expect((await ask(trusting(), `https://127.0.0.1:${port}/`)).result?.body).toBe("in private");
});

test("a certificate that is made for another name", async () => {
  const { port, asked } = await serveTls(own);
  const { outcome } = await ask(trusting(), `https://b.test:${port}/`, { headers: { Host: "a.test" } });
  expect(outcome).toMatchObject({
    end: "failed",
    reason: "The certificate of what answers is not made for b.test.",
  });
  expect(asked).toEqual([]);
});

test("a certificate that nobody vouches for, whatever NODE_TLS_REJECT_UNAUTHORIZED says", async () => {
  const { port, asked } = await serveTls(own);
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  onTestFinished(() => {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
  });
  const { outcome } = await ask(requester({ resolve }), `https://a.test:${port}/`);
  expect(outcome).toMatchObject({
    end: "failed",
    reason:
      "The certificate of a.test is signed by nobody whom the server knows: whoever runs it can name a file of " +
      "certificates to trust with NODE_EXTRA_CA_CERTS.",
  });
  expect(asked).toEqual([]);
});

test("a file of certificates that NODE_EXTRA_CA_CERTS names is trusted", async () => {
  const { port } = await serveTls(own);
  const folder = mkdtempSync(join(tmpdir(), "rota-extra-ca-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "ca.pem"), authority.cert);
  const script = new URL("ask-with-node-certificates.ts", import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [script, `https://127.0.0.1:${port}/`], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") },
  });
  expect(stdout).toBe("succeeded");
});

test("a server without TLS is told as such", async () => {
  const { port } = await serve((_, response) => response.end());
  const { outcome } = await ask(trusting(), `https://127.0.0.1:${port}/`);
  expect(outcome).toMatchObject({
    end: "failed",
    reason: expect.stringMatching(/does not speak TLS as https needs it \(.*\): is it http\?$/),
  });
});

test("a redirect from https to http is never followed, and one from http to https is", async () => {
  const plain = await serve((_, response) =>
    response.writeHead(302, { Location: `https://a.test:${port}/ok` }).end(),
  );
  const { port } = await serveTls(own, (request, response) =>
    request.url === "/ok"
      ? response.end("in private")
      : response.writeHead(302, { Location: `http://a.test:${plain.port}/` }).end(),
  );
  const { result } = await ask(trusting(), `http://a.test:${plain.port}/`);
  expect(result?.body).toBe("in private");
  const { outcome } = await ask(trusting(), `https://a.test:${port}/down`);
  expect(outcome).toMatchObject({
    end: "failed",
    reason: `https://a.test:${port}/down redirects to http://a.test:${plain.port}/: from https to http no redirect is followed.`,
  });
  expect(plain.seen.length).toBe(1);
});
