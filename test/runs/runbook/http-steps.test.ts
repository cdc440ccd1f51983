import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { outputs, realWorld, states } from "./real-world.ts";

/* http steps against a real server, at a declared provider and without one. */

const token = "t0ken-of-the-api-7f";
const asked: { url: string; authorization: string | undefined; body: string }[] = [];
let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      asked.push({ url: request.url ?? "", authorization: request.headers.authorization, body });
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ ok: true, version: 7, echo: request.headers.authorization }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const { run } = realWorld({
  providers: {
    find: async (_, name) =>
      name === "api"
        ? {
            name,
            digest: "d".repeat(64),
            provider: {
              kind: "http",
              baseUrl: `${address}/base`,
              headers: { Authorization: { secret: "api_token" } },
            },
          }
        : undefined,
  },
  secrets: {
    values: async (_, names) => ({
      values: new Map(names.filter((name) => name === "api_token").map((name) => [name, token])),
      missing: names.filter((name) => name !== "api_token"),
    }),
  },
});

it("asks an API at its provider, gives its answer to later steps, and tells nobody its secret", async () => {
  const done = await run(
    `
type: runbook
parameters: { id: { type: string } }
steps:
  - name: Ask
    provider: api
    http:
      url: /things
      method: POST
      query: { id: "\${{ parameters.id }}" }
      body: { name: "\${{ parameters.id }}" }
      expect: { status: 200, json: { /ok: true } }
  - name: Use
    run: test "$VERSION" = 7
    env: { VERSION: "\${{ steps.ask.outputs.body.version }}" }
`,
    { id: "a&b=c" },
  );
  expect(done.run.state, done.log.join("\n")).toBe("succeeded");
  expect(asked.at(-1)).toEqual({
    url: "/base/things?id=a%26b%3Dc",
    authorization: token,
    body: '{"name":"a&b=c"}',
  });
  expect(outputs(done)[0]).toMatchObject({ status: 200, body: { ok: true, version: 7, echo: "[redacted]" } });
  expect(done.steps[0]?.provider).toEqual({ name: "api", digest: "d".repeat(64) });
  expect(JSON.stringify(done)).not.toContain(token);
});

it("refuses an address inside that came from a value, and asks one that the author wrote", async () => {
  const before = asked.length;
  const done = await run(
    `
type: runbook
parameters: { url: { type: string } }
steps:
  - { name: From a value, http: { url: "\${{ parameters.url }}" }, continueOnError: true }
  - { name: Written, http: { url: "${address}/written" } }
`,
    { url: `${address}/value` },
  );
  expect(states(done)).toEqual(["failed", "succeeded"]);
  expect(done.steps[0]?.reason).toContain("ROTA_HTTP_ALLOW");
  expect(asked.slice(before).map(({ url }) => url)).toEqual(["/written"]);
});

it("takes what looks like the name of a secret for a text when it is a value", async () => {
  const done = await run(
    `
type: runbook
parameters: { any: { type: object } }
steps:
  - name: Print
    run: echo "$ANY"
    env: { ANY: "\${{ parameters.any }}" }
`,
    { any: { secret: "api_token" } },
  );
  expect(done.log).toContain('{"secret":"api_token"}');
});

it("ends a step that names a secret or a provider which is not there, and says what to do", async () => {
  const done = await run(`
type: runbook
steps:
  - { name: Secret, run: "true", env: { KEY: { secret: missing_one } }, continueOnError: true }
  - { name: Provider, provider: nowhere, run: "true" }
`);
  expect(done.steps[0]?.reason).toContain("rota secrets set missing_one");
  expect(done.steps[1]?.reason).toContain('There is no provider "nowhere"');
  expect(done.steps.map(({ attempts }) => attempts.length)).toEqual([0, 0]);
});
