import { anybody, byLogin } from "./who.ts";
import { type Ask, type Kind, uploadForm, type World } from "./world.ts";

/** What a route needs, and a request to it that succeeds for whoever may. */
export interface Entry {
  /** A line of the table in docs/security/people-and-roles.md, or `anybody`, `byLogin`. */
  readonly needs: string;
  readonly ask: (world: World) => Ask | Promise<Ask>;
  /** What is gone or is another once it has succeeded. */
  readonly usesUp?: Kind;
  /** Is about all actions, so that rights on some are not enough. */
  readonly whole?: true;
  /** Is about one action, or about what is one's: rights on others are not enough. */
  readonly ofAction?: true;
  /** Refused as if it were not there to those who may not see it either. */
  readonly hides?: true;
}

const seeActions = "see actions, their code and what was applied";
const seeRuns = "see runs, their logs and versions";
const seePlaces = "see providers, alerts, destinations and templates";
const votes = "approve and reject runs";
const starts = "start, try, cancel and retry runs";
const changes = "make, change and delete actions";
const providers = "make, change, try and delete providers";
const sends = "send alerts";
const destinations = "make, change and delete destinations and templates";
const accounts = "see, make, change and delete service accounts";
const secrets = "see the names of secrets, set and delete them";
const people = "see, make, change and remove people";
const roles = "see, make, change, give and take roles";
const seesAudit = "see the audit";
const streams = "write to streams and search them";
const administers = "make tokens for others, rotate accounts, see signed addresses";

const at = (path: string, json?: unknown) => (): Ask => ({ path, ...(json !== undefined && { json }) });
const on =
  (kind: Kind, path: (id: string) => string, json?: unknown) =>
  async (world: World): Promise<Ask> => ({
    path: path(await world.get(kind)),
    ...(json !== undefined && { json }),
  });
const bulk =
  (kind: Kind, path: string) =>
  async (world: World): Promise<Ask> => ({
    path,
    json: { ids: [await world.get(kind)] },
  });
const steps = [{ name: "Say", run: "echo" }];

/**
 * Every route that needs a login. A new one belongs here: what it needs is a line of the documented table (add one to
 * the page and to `builtInRoles` where none fits), and its request is one that succeeds.
 */
export const table: Readonly<Record<string, Entry>> = {
  "GET /api/:org/actions": { needs: seeActions, ask: at("actions") },
  "GET /api/:org/categories": { needs: seeActions, ask: at("categories") },
  "GET /api/:org/actions/:id": {
    needs: seeActions,
    ask: on("action", (id) => `actions/${id}`),
    ofAction: true,
  },
  "GET /api/:org/actions/download/:id": {
    needs: seeActions,
    ask: on("action", (id) => `actions/download/${id}`),
    ofAction: true,
  },
  "PUT /api/:org/actions/:id/star": {
    needs: seeActions,
    ask: on("action", (id) => `actions/${id}/star`),
    ofAction: true,
  },
  "DELETE /api/:org/actions/:id/star": {
    needs: seeActions,
    ask: on("action", (id) => `actions/${id}/star`),
    ofAction: true,
  },
  "POST /api/:org/actions/upload": {
    needs: changes,
    ask: (world) => ({
      path: "actions/upload",
      form: uploadForm({ name: world.actionName(), type: "runbook", steps }),
    }),
    ofAction: true,
  },
  "PUT /api/:org/actions/:id": {
    needs: changes,
    ask: on("action", (id) => `actions/${id}`, { description: "changed" }),
    ofAction: true,
  },
  "DELETE /api/:org/actions/:id": {
    needs: changes,
    ask: on("action", (id) => `actions/${id}`),
    usesUp: "action",
    ofAction: true,
  },
  "DELETE /api/:org/actions/bulk": {
    needs: changes,
    ask: bulk("action", "actions/bulk"),
    usesUp: "action",
    ofAction: true,
  },
  "GET /api/:org/syncs": { needs: seeActions, ask: at("syncs?scope=team"), whole: true },
  "POST /api/:org/syncs": {
    needs: changes,
    ask: (world) => ({ path: "syncs", json: { scope: world.unique(), from: 0, plan_id: "p", items: [] } }),
    whole: true,
  },

  "GET /api/:org/runs": { needs: seeRuns, ask: at("runs") },
  "GET /api/:org/actions/:id/runs": {
    needs: seeRuns,
    ask: on("action", (id) => `actions/${id}/runs`),
    ofAction: true,
  },
  "GET /api/:org/runs/:run": { needs: seeRuns, ask: on("ended", (id) => `runs/${id}`), ofAction: true },
  "GET /api/:org/runs/:run/logs": {
    needs: seeRuns,
    ask: on("ended", (id) => `runs/${id}/logs`),
    ofAction: true,
  },
  "GET /api/:org/runs/:run/version": {
    needs: seeRuns,
    ask: on("ended", (id) => `runs/${id}/version`),
    ofAction: true,
  },
  "POST /api/:org/actions/:id/run": {
    needs: starts,
    ask: on("action", (id) => `actions/${id}/run`, {}),
    ofAction: true,
  },
  "POST /api/:org/actions/test/:id": {
    needs: starts,
    ask: on("realtime", (id) => `actions/test/${id}`, { inputs: [] }),
    ofAction: true,
  },
  "POST /api/:org/actions/:id/dry-run": {
    needs: starts,
    ask: on("action", (id) => `actions/${id}/dry-run`, {}),
    ofAction: true,
  },
  "POST /api/:org/actions/:id/notifications/test": {
    needs: starts,
    ask: on("telling", (id) => `actions/${id}/notifications/test`, {}),
    ofAction: true,
  },
  "POST /api/:org/runs/:run/cancel": {
    needs: starts,
    ask: on("waiting", (id) => `runs/${id}/cancel`, {}),
    usesUp: "waiting",
    ofAction: true,
  },
  "POST /api/:org/runs/:run/retry": {
    needs: starts,
    ask: on("ended", (id) => `runs/${id}/retry`, {}),
    usesUp: "ended",
    ofAction: true,
  },

  "GET /api/:org/approvals": { needs: anybody, ask: at("approvals") },
  "POST /api/:org/runs/:run/approve": {
    needs: votes,
    ask: on("waiting", (id) => `runs/${id}/approve`, {}),
    usesUp: "waiting",
    ofAction: true,
    hides: true,
  },
  "POST /api/:org/runs/:run/reject": {
    needs: votes,
    ask: on("waiting", (id) => `runs/${id}/reject`, { reason: "no" }),
    usesUp: "waiting",
    ofAction: true,
    hides: true,
  },

  "GET /api/:org/alerts": { needs: seePlaces, ask: at("alerts") },
  "GET /api/:org/alerts/:receiver/history": {
    needs: seePlaces,
    ask: on("alert", (name) => `alerts/${name}/history`),
  },
  "POST /api/:org/alerts/:receiver": { needs: sends, ask: at("alerts/json", { name: "disk_full" }) },
  "POST /api/:org/alerts/:receiver/address": { needs: administers, ask: at("alerts/json/address", {}) },

  "POST /api/:org/actions/:id/trigger": {
    needs: starts,
    ask: on("realtime", (id) => `actions/${id}/trigger`, { inputs: [] }),
    ofAction: true,
  },
  "GET /api/:org/alerts/destinations": { needs: seePlaces, ask: at("alerts/destinations") },
  "GET /api/:org/alerts/destinations/prebuilt": { needs: seePlaces, ask: at("alerts/destinations/prebuilt") },
  "GET /api/:org/alerts/destinations/:name": {
    needs: seePlaces,
    ask: on("destination", (name) => `alerts/destinations/${name}`),
  },
  "POST /api/:org/alerts/destinations": {
    needs: destinations,
    ask: (world) => ({
      path: "alerts/destinations",
      json: { name: world.unique(), url: "https://example.com" },
    }),
  },
  "PUT /api/:org/alerts/destinations/:name": {
    needs: destinations,
    ask: async (world) => ({
      path: `alerts/destinations/${await world.get("destination")}`,
      json: { type: "action", action_id: await world.get("realtime") },
    }),
  },
  "POST /api/:org/alerts/destinations/test": { needs: destinations, ask: at("alerts/destinations/test", {}) },
  "POST /api/:org/alerts/destinations/:name/test_send": {
    needs: destinations,
    ask: on("destination", (name) => `alerts/destinations/${name}/test_send`, { definition: { title: "x" } }),
  },
  "POST /api/:org/alerts/destinations/:name/trigger": {
    needs: destinations,
    ask: on("destination", (name) => `alerts/destinations/${name}/trigger`, {}),
  },
  "DELETE /api/:org/alerts/destinations/:name": {
    needs: destinations,
    ask: on("destination", (name) => `alerts/destinations/${name}`),
    usesUp: "destination",
  },
  "DELETE /api/:org/alerts/destinations/bulk": {
    needs: destinations,
    ask: bulk("destination", "alerts/destinations/bulk"),
    usesUp: "destination",
  },
  "GET /api/:org/alerts/templates": { needs: seePlaces, ask: at("alerts/templates") },
  "GET /api/:org/alerts/templates/system/prebuilt": {
    needs: seePlaces,
    ask: at("alerts/templates/system/prebuilt"),
  },
  "GET /api/:org/alerts/templates/:name": {
    needs: seePlaces,
    ask: on("template", (name) => `alerts/templates/${name}`),
  },
  "POST /api/:org/alerts/templates": {
    needs: destinations,
    ask: (world) => ({ path: "alerts/templates", json: { name: world.unique(), body: "{}" } }),
  },
  "PUT /api/:org/alerts/templates/:name": {
    needs: destinations,
    ask: on("template", (name) => `alerts/templates/${name}`, { body: "[]" }),
  },
  "DELETE /api/:org/alerts/templates/:name": {
    needs: destinations,
    ask: on("template", (name) => `alerts/templates/${name}`),
    usesUp: "template",
  },
  "DELETE /api/:org/alerts/templates/bulk": {
    needs: destinations,
    ask: bulk("template", "alerts/templates/bulk"),
    usesUp: "template",
  },

  "GET /api/:org/providers": { needs: seePlaces, ask: at("providers") },
  "GET /api/:org/providers/:name": { needs: seePlaces, ask: on("provider", (name) => `providers/${name}`) },
  "PUT /api/:org/providers/:name": {
    needs: providers,
    ask: (world) => ({
      path: `providers/${world.unique()}`,
      json: { provider: { kind: "host", user: "ops" } },
    }),
  },
  "POST /api/:org/providers/:name/test": {
    needs: providers,
    ask: on("provider", (name) => `providers/${name}/test`, {}),
  },
  "DELETE /api/:org/providers/:name": {
    needs: providers,
    ask: on("provider", (name) => `providers/${name}`),
    usesUp: "provider",
  },

  "GET /api/:org/audit": { needs: seesAudit, ask: at("audit") },
  "GET /api/:org/audit/verify": { needs: seesAudit, ask: at("audit/verify") },
  "GET /api/:org/secrets": { needs: secrets, ask: at("secrets") },
  "PUT /api/:org/secrets/:name": {
    needs: secrets,
    ask: on("secret", (name) => `secrets/${name}`, { value: "y" }),
  },
  "DELETE /api/:org/secrets/:name": {
    needs: secrets,
    ask: on("secret", (name) => `secrets/${name}`),
    usesUp: "secret",
  },

  "GET /api/:org/service_accounts": { needs: accounts, ask: at("service_accounts") },
  "POST /api/:org/service_accounts": {
    needs: accounts,
    ask: (world) => ({ path: "service_accounts", json: { email: `${world.unique()}@example.com` } }),
  },
  "PUT /api/:org/service_accounts/:email": {
    needs: accounts,
    ask: on("account", (email) => `service_accounts/${email}`, { first_name: "A" }),
  },
  "DELETE /api/:org/service_accounts/:email": {
    needs: accounts,
    ask: on("account", (email) => `service_accounts/${email}`),
    usesUp: "account",
  },
  "DELETE /api/:org/service_accounts/bulk": {
    needs: accounts,
    ask: bulk("account", "service_accounts/bulk"),
    usesUp: "account",
  },

  "GET /api/:org/users": { needs: people, ask: at("users") },
  "GET /api/:org/users/:email": { needs: people, ask: on("person", (email) => `users/${email}`) },
  "POST /api/:org/users": {
    needs: people,
    ask: (world) => ({
      path: "users",
      json: { email: `${world.unique()}@example.com`, password: "a long password", role: "viewer" },
    }),
  },
  "PUT /api/:org/users/:email": {
    needs: people,
    ask: on("person", (email) => `users/${email}`, { first_name: "A" }),
  },
  "POST /api/:org/users/:email/logout": {
    needs: people,
    ask: on("person", (email) => `users/${email}/logout`),
  },
  "DELETE /api/:org/users/:email": {
    needs: people,
    ask: on("person", (email) => `users/${email}`),
    usesUp: "person",
  },
  "DELETE /api/:org/users/bulk": { needs: people, ask: bulk("person", "users/bulk"), usesUp: "person" },

  "GET /api/:org/roles": { needs: roles, ask: at("roles") },
  "POST /api/:org/roles": {
    needs: roles,
    ask: (world) => ({ path: "roles", json: { role: world.unique() } }),
  },
  "PUT /api/:org/roles/:role": { needs: roles, ask: on("role", (role) => `roles/${role}`, {}) },
  "GET /api/:org/roles/:role/permissions": { needs: roles, ask: at("roles/viewer/permissions") },
  "GET /api/:org/roles/:role/permissions/:resource": {
    needs: roles,
    ask: at("roles/viewer/permissions/runs"),
  },
  "GET /api/:org/roles/:role/users": { needs: roles, ask: at("roles/viewer/users") },
  "GET /api/:org/users/:email/roles": { needs: roles, ask: on("person", (email) => `users/${email}/roles`) },
  "DELETE /api/:org/roles/:role": {
    needs: roles,
    ask: on("role", (role) => `roles/${role}`),
    usesUp: "role",
  },
  "DELETE /api/:org/roles/bulk": { needs: roles, ask: bulk("role", "roles/bulk"), usesUp: "role" },

  "GET /api/:org/tokens": { needs: byLogin, ask: at("tokens") },
  "POST /api/:org/tokens": { needs: byLogin, ask: at("tokens", { name: "mine" }) },
  "DELETE /api/:org/tokens/:id": {
    needs: byLogin,
    ask: on("token", (id) => `tokens/${id}`),
    usesUp: "token",
  },

  "GET /api/:org/session": { needs: anybody, ask: at("session") },
  "GET /api/:org/sessions": { needs: byLogin, ask: at("sessions") },
  "POST /api/:org/sessions/end": { needs: byLogin, ask: at("sessions/end", {}) },
  "DELETE /api/:org/sessions/:id": { needs: byLogin, ask: at(`sessions/${"0".repeat(27)}`) },

  "POST /api/:org/:stream/_json": { needs: streams, ask: at("words/_json", [{ word: "a" }]) },
  "POST /api/:org/_search": {
    needs: streams,
    ask: at("_search", {
      query: { sql: 'SELECT * FROM "words"', start_time: 1, end_time: 2, from: 0, size: 1 },
    }),
  },

  "GET /api/:org/resources": { needs: anybody, ask: at("resources") },
  "GET /api/:org/server": { needs: anybody, ask: at("server") },
  "GET /api/:org/templates": { needs: anybody, ask: at("templates") },
};
