import type { Answer, Ask } from "../../contract/wire/client.ts";
import { idOf, toForm, usualForm } from "../../contract/wire/world.ts";
import { zip } from "../../contract/wire/zip.ts";
import { root } from "../start-server.ts";

export interface World {
  readonly ids: Map<string, string>;
  asRoot(method: string, path: string, ask?: Ask): Promise<Answer>;
  asMachine(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** A run of an action that waits for approval, started by the machine. */
  asking(): Promise<string>;
  link(run: string): string;
}
export interface Case {
  /** Asks the route so that it does what it is for. */
  readonly ask: (world: World) => Promise<Answer>;
  readonly action: string;
  readonly object: RegExp;
  /** Who the entry is of, where that is not root. */
  readonly actor?: string;
  /** Where it is not done. */
  readonly outcome?: string;
}
export const machine = "machine@example.com";
const runs = /^runs:[0-9A-Za-z]{27}$/;
export const steps = [{ name: "Say", run: "echo said" }];
const code = { "main.py": "def main():\n    return 1\n" };
const form = (name: string) => ({
  form: toForm({ ...usualForm(name, machine), cron_expr: "0 0 1 1 *", file: zip(code) }),
});
const id = (world: World, name: string): string => world.ids.get(name) ?? `no ${name} yet`;
const keep = async (world: World, name: string, answer: Promise<Answer>, of = "id"): Promise<Answer> => {
  const got = await answer;
  world.ids.set(name, String((got.json as Record<string, unknown> | undefined)?.[of]));
  return got;
};

/** As a browser does; its cookie is kept for `bySession`. */
async function signIn({ asRoot, ids }: World): Promise<Answer> {
  const answer = await asRoot("POST", "/login", { json: root, authorization: null });
  ids.set("cookie", answer.headers.get("set-cookie")?.split(";")[0] ?? "");
  return answer;
}
const bySession = ({ asRoot, ids }: World, method: string, path: string): Promise<Answer> =>
  asRoot(method, path, {
    authorization: null,
    headers: { cookie: ids.get("cookie") ?? "", "sec-fetch-site": "same-origin" },
  });

export const cases: Readonly<Record<string, Case>> = {
  "POST /api/:org/service_accounts": {
    ask: ({ asRoot }) => asRoot("POST", "service_accounts", { json: { email: "a@example.com" } }),
    action: "create",
    object: /^service_accounts:a@example\.com$/,
  },
  "PUT /api/:org/service_accounts/:email": {
    ask: ({ asRoot }) => asRoot("PUT", "service_accounts/a@example.com", { json: { first_name: "A" } }),
    action: "update",
    object: /^service_accounts:a@example\.com$/,
  },
  "DELETE /api/:org/service_accounts/:email": {
    ask: ({ asRoot }) => asRoot("DELETE", "service_accounts/a@example.com"),
    action: "delete",
    object: /^service_accounts:a@example\.com$/,
  },
  "DELETE /api/:org/service_accounts/bulk": {
    ask: async ({ asRoot }) => {
      await asRoot("POST", "service_accounts", { json: { email: "b@example.com" } });
      return asRoot("DELETE", "service_accounts/bulk", { json: { ids: ["b@example.com"] } });
    },
    action: "delete",
    object: /^service_accounts:b@example\.com$/,
  },
  "POST /api/:org/roles": {
    ask: ({ asRoot }) => asRoot("POST", "roles", { json: { role: "sre" } }),
    action: "create",
    object: /^role:sre$/,
  },
  "PUT /api/:org/roles/:role": {
    ask: ({ asRoot }) =>
      asRoot("PUT", "roles/sre", { json: { add: [], remove: [], add_users: [], remove_users: [] } }),
    action: "update",
    object: /^role:sre$/,
  },
  "DELETE /api/:org/roles/:role": {
    ask: ({ asRoot }) => asRoot("DELETE", "roles/sre"),
    action: "delete",
    object: /^role:sre$/,
  },
  "DELETE /api/:org/roles/bulk": {
    ask: async ({ asRoot }) => {
      await asRoot("POST", "roles", { json: { role: "dba" } });
      return asRoot("DELETE", "roles/bulk", { json: { ids: ["dba"] } });
    },
    action: "delete",
    object: /^role:dba$/,
  },
  "POST /api/:org/users": {
    ask: ({ asRoot }) =>
      asRoot("POST", "users", {
        json: { email: "ada@example.com", password: "difference engine", role: "viewer" },
      }),
    action: "create",
    object: /^user:ada@example\.com$/,
  },
  "PUT /api/:org/users/:email": {
    ask: ({ asRoot }) => asRoot("PUT", "users/ada@example.com", { json: { first_name: "Ada" } }),
    action: "update",
    object: /^user:ada@example\.com$/,
  },
  "POST /api/:org/users/:email/logout": {
    ask: ({ asRoot }) => asRoot("POST", "users/ada@example.com/logout"),
    action: "logout",
    object: /^user:ada@example\.com$/,
  },
  "DELETE /api/:org/users/:email": {
    ask: ({ asRoot }) => asRoot("DELETE", "users/ada@example.com"),
    action: "delete",
    object: /^user:ada@example\.com$/,
  },
  "DELETE /api/:org/users/bulk": {
    ask: async ({ asRoot }) => {
      const json = { email: "bob@example.com", password: "difference engine", role: "viewer" };
      await asRoot("POST", "users", { json });
      return asRoot("DELETE", "users/bulk", { json: { ids: ["bob@example.com"] } });
    },
    action: "delete",
    object: /^user:bob@example\.com$/,
  },
  "POST /login": {
    ask: (world) => signIn(world),
    action: "login",
    object: /^user:root@example\.com$/,
  },
  "POST /logout": {
    ask: async (world) => {
      await signIn(world);
      return bySession(world, "POST", "/logout");
    },
    action: "logout",
    object: /^session:[0-9A-Za-z]{27}$/,
  },
  "DELETE /api/:org/sessions/:id": {
    ask: async (world) => {
      const { id } = (await signIn(world)).json as { id: string };
      return world.asRoot("DELETE", `sessions/${id}`);
    },
    action: "logout",
    object: /^session:[0-9A-Za-z]{27}$/,
  },
  "POST /api/:org/sessions/end": {
    ask: ({ asRoot }) => asRoot("POST", "sessions/end"),
    action: "logout",
    object: /^user:root@example\.com$/,
  },
  "POST /api/:org/tokens": {
    ask: (world) => keep(world, "token", world.asRoot("POST", "tokens", { json: { name: "ci" } })),
    action: "create",
    object: /^tokens:[0-9A-Za-z]{27}$/,
  },
  "DELETE /api/:org/tokens/:id": {
    ask: (world) => world.asRoot("DELETE", `tokens/${id(world, "token")}`),
    action: "delete",
    object: /^tokens:[0-9A-Za-z]{27}$/,
  },
  "PUT /api/:org/secrets/:name": {
    ask: ({ asRoot }) => asRoot("PUT", "secrets/db_password", { json: { value: "correct horse battery" } }),
    action: "create",
    object: /^secrets:db_password$/,
  },
  "DELETE /api/:org/secrets/:name": {
    ask: ({ asRoot }) => asRoot("DELETE", "secrets/db_password"),
    action: "delete",
    object: /^secrets:db_password$/,
  },
  "PUT /api/:org/providers/:name": {
    ask: ({ asRoot }) =>
      asRoot("PUT", "providers/api", { json: { provider: { kind: "http", baseUrl: "http://127.0.0.1:1" } } }),
    action: "create",
    object: /^providers:api$/,
  },
  "POST /api/:org/providers/:name/test": {
    ask: ({ asRoot }) => asRoot("POST", "providers/api/test"),
    action: "test",
    object: /^providers:api$/,
    outcome: "failed",
  },
  "DELETE /api/:org/providers/:name": {
    ask: ({ asRoot }) => asRoot("DELETE", "providers/api"),
    action: "delete",
    object: /^providers:api$/,
  },
  "POST /api/:org/syncs": {
    ask: ({ asRoot }) =>
      asRoot("POST", "syncs", { json: { scope: "team", from: 0, commit: "abc", plan_id: "p", items: [] } }),
    action: "sync",
    object: /^syncs:team$/,
  },
  "POST /api/:org/alerts/:receiver/address": {
    ask: ({ asRoot }) => asRoot("POST", "alerts/json/address", { json: { new: true } }),
    action: "create",
    object: /^alert:json$/,
  },
  "POST /api/:org/alerts/templates": {
    ask: ({ asRoot }) =>
      asRoot("POST", "alerts/templates", { json: { name: "page", body: '{"alert":"{alert_name}"}' } }),
    action: "create",
    object: /^template:page$/,
  },
  "PUT /api/:org/alerts/templates/:name": {
    ask: ({ asRoot }) =>
      asRoot("PUT", "alerts/templates/page", { json: { body: '{"name":"{alert_name}"}' } }),
    action: "update",
    object: /^template:page$/,
  },
  "POST /api/:org/alerts/destinations": {
    ask: ({ asRoot, ids }) =>
      asRoot("POST", "alerts/destinations", {
        json: { name: "fix", type: "action", action_id: ids.get("echoes") },
      }),
    action: "create",
    object: /^destination:fix$/,
  },
  "PUT /api/:org/alerts/destinations/:name": {
    ask: ({ asRoot, ids }) =>
      asRoot("PUT", "alerts/destinations/fix", { json: { type: "action", action_id: ids.get("echoes") } }),
    action: "update",
    object: /^destination:fix$/,
  },
  "POST /api/:org/alerts/destinations/:name/trigger": {
    ask: ({ asRoot }) => asRoot("POST", "alerts/destinations/fix/trigger", { json: { host: "web-1" } }),
    action: "start",
    object: runs,
  },
  "POST /api/:org/alerts/destinations/:name/test_send": {
    ask: ({ asRoot }) =>
      asRoot("POST", "alerts/destinations/fix/test_send", { json: { template_name: "page" } }),
    action: "start",
    object: runs,
  },
  "DELETE /api/:org/alerts/destinations/:name": {
    ask: ({ asRoot }) => asRoot("DELETE", "alerts/destinations/fix"),
    action: "delete",
    object: /^destination:fix$/,
  },
  "DELETE /api/:org/alerts/destinations/bulk": {
    ask: async ({ asRoot, ids }) => {
      const json = { name: "heal", type: "action", action_id: ids.get("echoes") };
      await asRoot("POST", "alerts/destinations", { json });
      return asRoot("DELETE", "alerts/destinations/bulk", { json: { ids: ["heal"] } });
    },
    action: "delete",
    object: /^destination:heal$/,
  },
  "DELETE /api/:org/alerts/templates/:name": {
    ask: ({ asRoot }) => asRoot("DELETE", "alerts/templates/page"),
    action: "delete",
    object: /^template:page$/,
  },
  "DELETE /api/:org/alerts/templates/bulk": {
    ask: async ({ asRoot }) => {
      await asRoot("POST", "alerts/templates", { json: { name: "note", body: "{alert_name}" } });
      return asRoot("DELETE", "alerts/templates/bulk", { json: { ids: ["note"] } });
    },
    action: "delete",
    object: /^template:note$/,
  },
  "POST /api/:org/actions/upload": {
    ask: (world) => keep(world, "action", world.asRoot("POST", "actions/upload", form("uploaded")), "uuid"),
    action: "create",
    object: /^action_scripts:[0-9A-Za-z]{27}$/,
  },
  "PUT /api/:org/actions/:id": {
    ask: (world) => world.asRoot("PUT", `actions/${id(world, "action")}`, { json: { description: "New" } }),
    action: "update",
    object: /^action_scripts:[0-9A-Za-z]{27}$/,
  },
  "DELETE /api/:org/actions/:id": {
    ask: (world) => world.asRoot("DELETE", `actions/${id(world, "action")}`),
    action: "delete",
    object: /^action_scripts:[0-9A-Za-z]{27}$/,
  },
  "DELETE /api/:org/actions/bulk": {
    ask: async ({ asRoot }) => {
      const ids = [idOf(await asRoot("POST", "actions/upload", form("another")))];
      return asRoot("DELETE", "actions/bulk", { json: { ids } });
    },
    action: "delete",
    object: /^action_scripts:[0-9A-Za-z]{27}$/,
  },
  "POST /api/:org/actions/:id/run": {
    ask: (world) => keep(world, "run", world.asRoot("POST", "actions/slow/run", { json: {} })),
    action: "start",
    object: runs,
  },
  "POST /api/:org/runs/:run/cancel": {
    ask: (world) => world.asRoot("POST", `runs/${id(world, "run")}/cancel`),
    action: "cancel",
    object: runs,
  },
  "POST /api/:org/runs/:run/retry": {
    ask: async (world) => {
      const headers = { accept: "text/event-stream" };
      await world.asRoot("GET", `runs/${id(world, "run")}/logs`, { headers });
      return world.asRoot("POST", `runs/${id(world, "run")}/retry`);
    },
    action: "retry",
    object: runs,
  },
  "POST /api/:org/actions/test/:id": {
    ask: ({ asRoot }) => asRoot("POST", "actions/test/quick", { json: {} }),
    action: "start",
    object: runs,
  },
  "POST /api/:org/actions/:id/trigger": {
    ask: ({ asRoot }) => asRoot("POST", "actions/echoes/trigger", { json: { inputs: [] } }),
    action: "start",
    object: runs,
  },
  "POST /api/:org/actions/:id/notifications/test": {
    ask: ({ asRoot }) => asRoot("POST", "actions/tells/notifications/test"),
    action: "start",
    object: runs,
  },
  "POST /api/:org/runs/:run/approve": {
    ask: async (world) => world.asRoot("POST", `runs/${await world.asking()}/approve`, { json: {} }),
    action: "approve",
    object: runs,
  },
  "POST /api/:org/runs/:run/reject": {
    ask: async (world) =>
      world.asRoot("POST", `runs/${await world.asking()}/reject`, { json: { reason: "Not at night." } }),
    action: "reject",
    object: runs,
  },
  "POST /approvals/:link": {
    ask: async (world) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      return world.asRoot("POST", world.link(await world.asking()), {
        body: "vote=approve",
        headers,
        authorization: null,
      });
    },
    action: "approve",
    object: runs,
  },
};

/** Routes that write nothing that the audit is about, each with the reason. */
export const withoutEntry: Readonly<Record<string, string>> = {
  "POST /api/:org/actions/:id/dry-run": "nothing is started or written",
  "PUT /api/:org/actions/:id/star": "a mark of one's own, that nobody else sees",
  "DELETE /api/:org/actions/:id/star": "a mark of one's own, that nobody else sees",
  "POST /api/:org/:stream/_json": "log records: there are as many as their sender likes",
  "POST /api/:org/_search": "reads; the run of a transform has its own entries",
  "POST /api/:org/alerts/destinations/test": "nothing is sent: Rota tries saved destinations alone",
  "POST /api/:org/alerts/:receiver": "alerts have a history of their own; runs that they start have entries",
};
