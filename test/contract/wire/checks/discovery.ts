import assert from "node:assert/strict";
import { basic } from "../client.ts";
import { ok, refused, type WireCheck } from "../world.ts";

/** What a client asks before anything else, and that nothing more is told without a login. */
export const discovery: readonly WireCheck[] = [
  {
    name: "GET /config says that there are actions, without a login",
    async run(world) {
      const config = ok<Record<string, unknown>>(
        await world.request("GET", "/config", { authorization: null }),
      );
      assert.equal(config.actions_enabled, true);
    },
  },
  {
    name: "GET /config and /healthz say what Rota is",
    rotaOnly: true,
    async run(world) {
      const config = ok<Record<string, unknown>>(
        await world.request("GET", "/config", { authorization: null }),
      );
      assert.equal(config.build, "rota");
      assert.equal(config.organization, "default");
      assert.match(String(config.version), /^\d+\.\d+\.\d+/);
      assert.match(String(config.web_url), /^https?:\/\//);
      const health = ok<object>(await world.request("GET", "/healthz", { authorization: null }));
      assert.deepEqual(health, { status: "ok" });
    },
  },
  {
    name: "without a login, and with a wrong one, the answer is 401",
    async run(world) {
      const strangers = [null, "Bearer nothing", "Basic !", basic("stranger@example.com", "no")];
      for (const authorization of strangers) {
        const answer = await world.request("GET", "actions", { authorization });
        assert.equal(answer.status, 401, `${authorization}: ${answer.text}`);
        if (world.rota) refused(answer, 401, "Unauthorized Access");
      }
    },
  },
  {
    name: "an address that is not there is 404 as JSON",
    rotaOnly: true,
    async run(world) {
      refused(await world.request("GET", "/nothing/here"), 404);
      refused(await world.request("POST", "actions"), 404);
    },
  },
  {
    name: "the API is documented at /docs/json, with every route of this suite",
    rotaOnly: true,
    async run(world) {
      const { paths } = ok<{ paths: Record<string, Record<string, unknown>> }>(
        await world.request("GET", "/docs/json", { authorization: null }),
      );
      const all = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      const missing = documented.filter((route) => !all.includes(route));
      assert.deepEqual(missing, []);
    },
  },
  {
    name: "GET /server says what executions have on this machine",
    rotaOnly: true,
    async run(world) {
      const server = ok<Record<string, unknown>>(await world.request("GET", "server"));
      assert.equal(typeof server.version, "string");
      assert.ok((server.workers as number) > 0);
      assert.ok("isolation" in server && "python" in server && "node" in server);
    },
  },
];

const documented = [
  "GET /api/{org}/actions",
  "GET /api/{org}/actions/{id}",
  "POST /api/{org}/actions/upload",
  "PUT /api/{org}/actions/{id}",
  "DELETE /api/{org}/actions/{id}",
  "DELETE /api/{org}/actions/bulk",
  "GET /api/{org}/actions/download/{id}",
  "POST /api/{org}/actions/test/{id}",
  "POST /api/{org}/actions/{id}/run",
  "GET /api/{org}/actions/{id}/runs",
  "GET /api/{org}/runs",
  "GET /api/{org}/runs/{run}",
  "POST /api/{org}/runs/{run}/cancel",
  "GET /api/{org}/runs/{run}/logs",
  "GET /api/{org}/service_accounts",
  "POST /api/{org}/service_accounts",
  "PUT /api/{org}/service_accounts/{email}",
  "DELETE /api/{org}/service_accounts/{email}",
  "DELETE /api/{org}/service_accounts/bulk",
  "GET /api/{org}/roles",
  "POST /api/{org}/roles",
  "PUT /api/{org}/roles/{role}",
  "DELETE /api/{org}/roles/{role}",
  "GET /api/{org}/resources",
  "GET /api/{org}/syncs",
  "POST /api/{org}/syncs",
  "GET /api/{org}/tokens",
  "POST /api/{org}/tokens",
  "DELETE /api/{org}/tokens/{id}",
  "GET /api/{org}/server",
  "POST /api/{org}/_search",
  "POST /api/{org}/{stream}/_json",
  "GET /config",
  "GET /healthz",
];
