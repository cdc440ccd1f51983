import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routesOf } from "../app-routes.ts";
import { type Started, startServer } from "../start-server.ts";

/** Written here a second time on purpose: a route that is to answer without a login changes this test too. */
const open = [
  "GET /",
  "GET /approvals/:link",
  "GET /config",
  "GET /docs",
  "GET /docs/",
  "GET /docs/json",
  "GET /docs/static/*",
  "GET /docs/static/index.html",
  "GET /docs/static/swagger-initializer.js",
  "GET /docs/yaml",
  "GET /healthz",
  "GET /oidc/callback",
  "GET /oidc/login",
  "POST /approvals/:link",
  "POST /login",
  "POST /logout",
];

let started: Started;
let routes: readonly string[];

beforeAll(async () => {
  started = await startServer();
  const { app } = started.server;
  routes = routesOf(app);
});
afterAll(() => started.stop());

const fill = (pattern: string) =>
  pattern
    .replace(":org", "default")
    .replace(":ksuid", "0".repeat(27))
    .replace(/:email/g, "a@example.com")
    .replace(/:[a-z]+/gi, "0".repeat(27))
    .replace("*", "x");

/** Ways to write a path that a rule by prefix, suffix or case would take for an open one. */
const tricks = (path: string): readonly string[] => [
  `${path}/health`,
  `${path}/healthz`,
  `${path}/configs`,
  `${path}/config`,
  `${path};/healthz`,
  `${path};jsessionid=1`,
  `${path}%2f`,
  `${path}%2fhealthz`,
  `${path}/..;/healthz`,
  `${path}/%2e%2e/healthz`,
  `${path}.`,
  `${path}/.`,
  `${path}/`,
  `${path}%00`,
  `${path}?/healthz`,
  `${path}#/healthz`,
  `/${path}`,
  `//docs/..${path}`,
  `/docs/..${path}`,
  `/docs/%2e%2e${path}`,
  `/docs/static/../..${path}`,
  `/docs/static/%2e%2e/%2e%2e${path}`,
  `/healthz${path}`,
  `/healthz/..${path}`,
  `/healthz;${path}`,
  `/config/%2e%2e${path}`,
  path.toUpperCase(),
  path.replace("/api/", "/API/"),
  path.replace("/api/", "/api//"),
  path.replace("/api/", "/./api/"),
  path.replace("default", "default%2f..%2fother"),
  path.replace("default", "%64efault"),
  `${path}%3b/healthz`,
  `${path}%23/healthz`,
  `${path}%3f/healthz`,
  `${path}/%2e`,
  `${path}%2e`,
  `${path}..`,
  `${path}//`,
  `${path}%5c..%5chealthz`,
  path.replaceAll("/", "//"),
  path.replaceAll("/", "%2f").replace("%2f", "/"),
  `http://x${path}`,
  `http://x/healthz/..${path}`,
];

async function status(method: string, path: string, headers = ""): Promise<number> {
  const request = `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;
  const answer = await started.raw([request]);
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

describe("without a login", () => {
  it("the drawing of routes was understood", () => {
    for (const route of ["GET /api/:org/actions", "DELETE /api/:org/actions/bulk", "GET /healthz"])
      expect(routes).toContain(route);
    expect(routes.length).toBeGreaterThan(30);
  });

  it("exactly the open routes answer", async () => {
    const answering: string[] = [];
    for (const route of routes) {
      const [method = "", pattern = ""] = route.split(" ");
      const code = await status(method, fill(pattern).replace("/docs/static/x", "/docs/static/index.css"));
      if (code !== 401) answering.push(route);
      else expect(open).not.toContain(route);
    }
    expect(answering).toEqual(open);
  });

  it("no spelling of another route's path gets anything", async () => {
    const closed = routes.filter((route) => !open.includes(route));
    const answered: string[] = [];
    for (const route of closed) {
      const [method = "", pattern = ""] = route.split(" ");
      for (const path of tricks(fill(pattern))) {
        const code = await status(method, path);
        if (![400, 401, 403, 404, 405].includes(code)) answered.push(`${method} ${path}: ${code}`);
      }
    }
    expect(answered).toEqual([]);
  });

  it("no header stands in for one", async () => {
    const headers = [
      "X-Forwarded-For: 127.0.0.1\r\n",
      "X-Original-URL: /healthz\r\n",
      "X-Rewrite-URL: /healthz\r\n",
      "X-HTTP-Method-Override: GET\r\n",
      "X-HTTP-Method: HEAD\r\n",
      "X-Method-Override: OPTIONS\r\n",
      "X-Forwarded-Uri: /healthz\r\n",
      "Origin: null\r\n",
      "Cookie: auth_tokens=x\r\n",
      "Authorization: Basic\r\n",
      "Authorization: Bearer\r\n",
      "Authorization: Bearer nothing\r\n",
      "Authorization: Basic Og==\r\n",
      "Authorization: Bearer rota_\r\n",
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
    ];
    const closed = routes.filter((route) => !open.includes(route));
    const answered: string[] = [];
    for (const route of closed) {
      const [method = "", pattern = ""] = route.split(" ");
      for (const header of headers) {
        const code = await status(method, fill(pattern), header);
        if (code !== 401) answered.push(`${route} with ${header.trim()}: ${code}`);
      }
    }
    expect(answered).toEqual([]);
  });

  it("no method that is not there does anything", async () => {
    for (const method of ["OPTIONS", "HEAD", "TRACE", "PATCH", "PROPFIND"])
      expect([400, 401, 404, 405], method).toContain(await status(method, "/api/default/actions"));
  });

  it("another origin is never allowed", async () => {
    for (const origin of ["null", "https://evil.example"]) {
      const answer = await fetch(`${started.address}/config`, { headers: { origin } });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});
