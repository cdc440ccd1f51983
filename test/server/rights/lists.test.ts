import { afterAll, beforeAll, expect, it } from "vitest";
import { basic } from "../../contract/wire/client.ts";
import { toForm, usualForm } from "../../contract/wire/world.ts";
import { zip } from "../../contract/wire/zip.ts";
import { type Started, startServer } from "../start-server.ts";
import { idOf, type Send, sender, uploadForm } from "./world.ts";

let started: Started;
let asRoot: Send;
const password = "a long password";
const steps = [{ name: "Say", run: "echo it ran" }];
/** Nothing runs: they only have to be there. */
const approval = { required: true, expires: "1h" };

interface Page {
  readonly items: readonly { readonly action_name: string; readonly id: string }[];
  readonly next: string | null;
}

beforeAll(async () => {
  started = await startServer();
  asRoot = sender(started.server.app, started.login);
  for (const [name, category] of [
    ["web-1", "Web"],
    ["db-1", "Database"],
    ["web-2", "Web"],
  ] as const) {
    const form = uploadForm({ name, type: "runbook", steps, category, approval });
    const id = idOf(await asRoot("POST", { path: "actions/upload", form }));
    ids.set(name, id);
  }
  // One of web-1 among two of others, so that a page has to look for its own.
  for (let round = 0; round < 5; round++)
    for (const name of ["db-1", "web-1", "db-1"])
      idOf(await asRoot("POST", { path: `actions/${name}/run`, json: {} }));
});
afterAll(() => started.stop());

const ids = new Map<string, string>();
let made = 0;
async function holding(...grants: readonly (readonly [object: string, permission: string])[]): Promise<Send> {
  made += 1;
  const [email, role] = [`p${made}@example.com`, `r${made}`];
  await asRoot("POST", { path: "roles", json: { role } });
  const add = grants.map(([object, permission]) => ({ object, permission }));
  expect((await asRoot("PUT", { path: `roles/${role}`, json: { add } })).status).toBe(200);
  expect((await asRoot("POST", { path: "users", json: { email, password, role } })).status).toBe(200);
  return sender(started.server.app, basic(email, password));
}
const read = async <T>(send: Send, path: string): Promise<T> => {
  const { status, text } = await send("GET", { path });
  expect(status, text).toBe(200);
  return JSON.parse(text) as T;
};
const names = async (send: Send, path = "actions") =>
  (await read<readonly { name: string }[]>(send, path)).map(({ name }) => name).sort();

it("lists show the actions, categories and runs of the names that one may list, on full pages", async () => {
  const web = await holding(["action_scripts:name:web-*", "AllowList"]);
  expect(await names(web)).toEqual(["web-1", "web-2"]);
  expect(await names(web, "actions?name=db-1")).toEqual([]);
  expect(await names(web, "actions?search=1")).toEqual(["web-1"]);
  const { items } = await read<{ items: readonly { name: string; actions: number }[] }>(web, "categories");
  expect(items.filter(({ actions }) => actions > 0)).toMatchObject([{ name: "Web", actions: 2 }]);
  const first = await read<Page>(web, "runs?limit=3");
  expect(first.items.map(({ action_name }) => action_name)).toEqual(["web-1", "web-1", "web-1"]);
  const second = await read<Page>(web, `runs?limit=3&cursor=${first.next}`);
  expect(second.items).toHaveLength(2);
  expect(second.next).toBeNull();
  expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(5);
  expect((await read<Page>(web, "runs?action=db-1")).items).toEqual([]);
  expect((await read<Page>(web, "runs?state=waiting")).items).toHaveLength(5);
});

it("lists of who may read nothing are refused, and those by id show that one", async () => {
  const starts = await holding(["runs:_all_default", "AllowPost"]);
  for (const path of ["actions", "categories", "runs"])
    expect((await starts("GET", { path })).status, path).toBe(403);
  const one = await holding([`action_scripts:${ids.get("db-1")}`, "AllowAll"]);
  expect(await names(one)).toEqual(["db-1"]);
  const others = await holding(["action_scripts:name:none-*", "AllowAll"]);
  expect(await names(others)).toEqual([]);
  expect((await read<Page>(others, "runs")).items).toEqual([]);
});

it("a list shows to a narrowed token what both it and its person may list", async () => {
  const both = await holding(["runs:name:*-1", "AllowAll"], ["action_scripts:name:*-1", "AllowAll"]);
  const sent = {
    path: "tokens",
    json: { name: "t", permissions: [{ object: "action_scripts:name:web-*", permission: "AllowAll" }] },
  };
  const { text } = await both("POST", sent);
  const narrow = sender(started.server.app, `Bearer ${(JSON.parse(text) as { token: string }).token}`);
  expect(await names(both)).toEqual(["db-1", "web-1"]);
  expect(await names(narrow)).toEqual(["web-1"]);
  expect(new Set((await read<Page>(narrow, "runs")).items.map(({ action_name }) => action_name))).toEqual(
    new Set(["web-1"]),
  );
});

it("a pattern is not got around by making, renaming or by an action that starts another", async () => {
  const web = await holding(["action_scripts:name:web-*", "AllowAll"]);
  const upload = (action: Parameters<typeof uploadForm>[0]) =>
    web("POST", { path: "actions/upload", form: uploadForm({ steps, ...action }) });
  const own = idOf(await upload({ name: "web-3", type: "runbook" }));
  const other = await upload({ name: "db-3", type: "runbook" });
  expect(other.status).toBe(403);
  expect(other.text).toContain("AllowPost on action_scripts:name:db-3");
  const rename = (name: string) =>
    web("PUT", { path: `actions/${own}`, json: { action: { name, type: "runbook", steps } } });
  expect((await rename("db-3")).status).toBe(403);
  expect((await rename("web-4")).status).toBe(200);
  const starting = (action: string) =>
    upload({ name: `web-starts-${action}`, type: "runbook", steps: [{ name: "Start", action }] });
  expect((await starting("web-1")).status).toBe(200);
  for (const name of ["db-1", "db-yet-to-come"]) {
    const refused = await starting(name);
    expect(refused.status, name).toBe(403);
    expect(refused.text).toContain("AllowPost on runs:");
  }
  const notify = [{ on: ["failure"], action: "db-1" }];
  expect((await upload({ name: "web-tells", type: "runbook", notify })).text).toContain("AllowPost on runs:");
});

it("who starts everything can make and change nothing", async () => {
  const starts = await holding(["runs:_all_default", "AllowAll"]);
  expect((await starts("POST", { path: "actions/web-1/run", json: {} })).status).toBe(201);
  const form = uploadForm({ name: "web-9", type: "runbook", steps });
  expect((await starts("POST", { path: "actions/upload", form })).status).toBe(403);
  const put = { path: `actions/${ids.get("web-1")}`, json: { description: "mine" } };
  expect((await starts("PUT", put)).status).toBe(403);
  expect((await starts("DELETE", { path: `actions/${ids.get("web-1")}` })).status).toBe(403);
});

it("an action.yaml inside an archive starts nothing that its sender may not start", async () => {
  const email = "plain@example.com";
  await asRoot("POST", { path: "service_accounts", json: { email } });
  const author = await holding(
    ["action_scripts:name:web-*", "AllowAll"],
    [`service_accounts:${email}`, "AllowGet"],
  );
  const manifest = (action: string) =>
    `type: scheduled\nschedule: { cron: "0 0 1 1 *" }\nserviceAccount: ${email}\nnotify: { on: [failure], action: ${action} }\n`;
  const send = (name: string, tells: string) => {
    const files = { "main.py": "def main():\n    pass\n", "action.yaml": manifest(tells) };
    const fields = { description: undefined, environment_variables: undefined, file: zip(files) };
    return author("POST", {
      path: "actions/upload",
      form: toForm({ ...usualForm(name, email), ...fields }),
    });
  };
  const refused = await send("web-inside", "db-1");
  expect(refused.text).toContain("AllowPost on runs:");
  expect(refused.status).toBe(403);
  expect((await send("web-inside", "web-1")).status).toBe(200);
});
