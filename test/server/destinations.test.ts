import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { basic, wireClient } from "../contract/wire/client.ts";
import { ok } from "../contract/wire/world.ts";
import { type Started, startServer } from "./start-server.ts";
import { actionsOn, type WithActions } from "./with-actions.ts";

type Item = Record<string, unknown>;

let started: Started;
let world: WithActions;
/** The server's clock is so much ahead, ms. */
let ahead = 0;

beforeAll(async () => {
  started = await startServer({ now: () => Date.now() + ahead });
  world = await actionsOn(started);
});
afterAll(() => started.stop());
afterEach(async () => {
  for (const [path, key] of [
    ["alerts/destinations", "name"],
    ["alerts/templates", "name"],
    ["actions", "id"],
  ] as const) {
    const ids = (await world.get<Item[]>(path)).map((item) => item[key]);
    ok(await world.request("DELETE", `${path}/bulk`, { json: { ids } }));
  }
});
/** The ids of all runs, the newest first. */
const runIds = async () => (await world.get<{ items: Item[] }>("runs")).items.map(({ id }) => id);

const echo = { "main.py": "def main(data, logger):\n    return data\n" };
const failing = { "main.py": 'def main(data, logger):\n    raise ValueError("no disk")\n' };
const realtime = { type: "realtime", schedule: undefined };

const said = ({ status, json }: { status: number; json: unknown }) =>
  `${status} ${(json as { message: string }).message}`;
const save = async (name: string, action_id: string, more: object = {}) =>
  ok<Item>(
    await world.request("POST", "alerts/destinations", {
      json: { name, type: "action", action_id, ...more },
    }),
  );
const send = (path: string, body: string) =>
  world.request("POST", path, { body, headers: { "content-type": "application/json" } });
/** The one run of an action, once it has ended. */
async function ended(run: string): Promise<Item> {
  await world.request("GET", `runs/${run}/logs`, { headers: { accept: "text/event-stream" } });
  return world.get(`runs/${run}`);
}

describe("the trigger of a real-time action", () => {
  it("answers as OpenObserve's action server does, digit for digit, whoever asks in whatever case", async () => {
    const id = await world.upload("echo", realtime, echo);
    for (const [source, kind] of [
      ["Alerts", "destination"],
      ["SEARCH", "search"],
      ["manual", "test"],
      [undefined, "test"],
    ] as const) {
      const input = '{"at":1700000000000000001}';
      const more = source === undefined ? "" : `,"trigger_source":"${source}","trace_id":"4bf92f35"`;
      const answer = await send(`actions/${id}/trigger`, `{"inputs":[${input}]${more}}`);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe('{"result":{"Success":[{"at":1700000000000000001}]}}');
      const { items } = await world.get<{ items: { trigger: Item }[] }>("runs?limit=1");
      expect(items[0]!.trigger).toMatchObject({ kind });
    }
  });

  it("tells a failure with status 200, as that does", async () => {
    await world.upload("broken", realtime, failing);
    const { status, json } = await send("actions/broken/trigger", '{"inputs":[]}');
    expect(status).toBe(200);
    expect((json as { result: Item }).result.Failure).toContain("ValueError: no disk");
  });

  it("refuses what cannot be triggered", async () => {
    const before = await runIds();
    await world.upload("nightly");
    await world.upload("echo", realtime, echo);
    await world.upload("off", { ...realtime, enabled: false }, echo);
    await world.upload("asks", { ...realtime, approval: { required: true } }, echo);
    const trigger = async (name: string, body: object) =>
      said(await world.request("POST", `actions/${name}/trigger`, { json: body }));
    expect(await trigger("nothing", { inputs: [] })).toBe("404 Action Script not found");
    expect(await trigger("nightly", { inputs: [] })).toBe("400 A scheduled action takes no records.");
    expect(await trigger("echo", { inputs: {} })).toMatch(/^400 /);
    expect(await trigger("echo", {})).toMatch(/^400 /);
    expect(await trigger("echo", { inputs: [], trigger_source: "cron" })).toBe(
      "400 trigger_source must be alerts, search or manual; case does not matter",
    );
    expect(await trigger("off", { inputs: [], trigger_source: "alerts" })).toMatch(/^409 off is disabled/);
    expect(await trigger("asks", { inputs: [] })).toMatch(/^400 The action requires approval/);
    expect(await runIds()).toEqual(before);
  });
});

describe("a destination of type action", () => {
  it("starts its action with what a webhook sends: an object is one record, a list many", async () => {
    const id = await world.upload("fix", realtime, echo);
    await save("run_fix", id);
    const path = "alerts/destinations/run_fix/trigger";
    for (const [body, result] of [
      ['{"host":"web-1","at":1700000000000000001}', '[{"host":"web-1","at":1700000000000000001}]'],
      ['[{"host":"web-1"},{"host":"web-2"}]', '[{"host":"web-1"},{"host":"web-2"}]'],
    ] as const) {
      const started = ok<Item>(await send(path, body));
      expect(started).toMatchObject({ code: 200, message: "fix was started" });
      const run = await ended(String(started.run));
      expect(run).toMatchObject({
        state: "succeeded",
        trigger: { kind: "destination", destination: "run_fix" },
        result: JSON.parse(result),
      });
    }
    expect(said(await send(path, "42"))).toBe("400 Unsupported message format for actions: 42");
    expect(said(await send(path, "Alert fired"))).toBe("400 The body is no valid JSON");
  });

  it("starts nothing when its action is gone, disabled, or it is of another type", async () => {
    const before = await runIds();
    const id = await world.upload("fix", realtime, echo);
    await save("run_fix", id);
    const json = { name: "hook", url: "https://example.com/" };
    ok(await world.request("POST", "alerts/destinations", { json }));
    const trigger = async (name: string) => said(await send(`alerts/destinations/${name}/trigger`, "{}"));
    expect(await trigger("hook")).toBe(
      "400 hook is of type http; Rota sends to destinations of type action only",
    );
    expect(await trigger("nothing")).toBe("404 Destination not found");
    await world.upload("fix", { ...realtime, enabled: false }, echo, id);
    expect(await trigger("run_fix")).toMatch(/^409 fix is disabled/);
    ok(await world.request("DELETE", `actions/${id}`));
    expect(await trigger("run_fix")).toBe("404 Action Script not found");
    expect(await runIds()).toEqual(before);
  });

  it("takes real-time actions of its own organization alone", async () => {
    const nightly = await world.upload("nightly");
    const fix = await world.upload("fix", realtime, echo);
    const json = { name: "a", type: "action", action_id: nightly };
    expect(said(await world.request("POST", "alerts/destinations", { json }))).toBe(
      "400 Invalid action id: nightly is of type scheduled; a destination starts real-time actions",
    );
    const other = wireClient(world.address, "other", world.login);
    const foreign = { json: { ...json, action_id: fix } };
    expect(said(await other.request("POST", "alerts/destinations", foreign))).toMatch(
      /^400 Invalid action id: /,
    );
    const unknown = { json: { ...json, action_id: fix, template: "typo" } };
    expect(said(await world.request("POST", "alerts/destinations", unknown))).toMatch(
      /^400 There is no template "typo"/,
    );
    ok(await world.request("POST", "alerts/destinations", { json: { ...json, action_id: fix } }));
    expect((await other.request("GET", "alerts/destinations/a")).status).toBe(404);
    expect(ok(await other.request("GET", "alerts/destinations"))).toEqual([]);
  });
});

describe("what others are kept for", () => {
  it("is to be found again: nothing is ever sent to them", async () => {
    const http = {
      name: "hook",
      type: "http",
      url: "https://hooks.example.com/x",
      method: "put",
      skip_tls_verify: true,
      headers: { "X-Team": "ops" },
      template: "prebuilt_slack",
      output_format: { esbulk: { index: "a" } },
      destination_type_name: "slack",
      metadata: { channel: "#ops" },
    };
    ok(await world.request("POST", "alerts/destinations", { json: http }));
    expect(await world.get("alerts/destinations/hook")).toEqual({ ...http, emails: [] });
    const mail = { name: "mail", type: "email", emails: [" A@Example.com "] };
    ok(await world.request("POST", "alerts/destinations", { json: mail }));
    expect(await world.get("alerts/destinations/mail")).toMatchObject({ emails: ["a@example.com"], url: "" });
    const pipeline = { name: "lake", url: "https://lake.example.com" };
    ok(await world.request("POST", "alerts/destinations?module=pipeline", { json: pipeline }));
    const names = async (query: string) =>
      (await world.get<Item[]>(`alerts/destinations${query}`)).map(({ name }) => name);
    expect(await names("")).toEqual(["hook", "lake", "mail"]);
    expect(await names("?module=pipeline")).toEqual(["lake"]);
    expect(await names("?module=alert")).toEqual(["hook", "mail"]);
    for (const type of ["http", "email", "sns"])
      expect(
        ok<Item>(await world.request("POST", "alerts/destinations/test", { json: { type, url: http.url } })),
      ).toMatchObject({ success: false, statusCode: null });
  });

  const blocked = [
    "http://localhost/x",
    "http://127.0.0.1:5090/x",
    "http://0x7f.1/x",
    "http://[::1]/x",
    "http://[::ffff:10.0.0.1]/x",
    "http://10.0.0.1/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/x",
    "https://user:pass@example.com/",
    "ftp://example.com/x",
    "gopher://example.com",
    "//example.com",
    "nonsense",
  ];
  it("is no address of this machine or its network", async () => {
    for (const url of blocked)
      for (const query of ["", "?module=pipeline"])
        expect(
          said(await world.request("POST", `alerts/destinations${query}`, { json: { name: "a", url } })),
          url,
        ).toMatch(/^400 Destination URL blocked by SSRF guard: /);
  });
});

describe("test_send", () => {
  const path = "alerts/destinations/run_fix/test_send";
  const make = async () => {
    const id = await world.upload("fix", realtime, echo);
    await save("run_fix", id, { metadata: { team: "ops" } });
    const test = async (json: object) => {
      const answer = await world.request("POST", path, { json });
      return answer.status === 200 ? ok<Item>(answer) : said(answer);
    };
    const template = async (name: string, body: string, more: object = {}) =>
      ok(await world.request("POST", "alerts/templates", { json: { name, body, ...more } }));
    ahead += 60_000;
    return { id, test, template };
  };

  it("really runs the action, with a sample that says that it is a test", async () => {
    const { test, template } = await make();
    await template("rows", '{"alert":"{alert_name}","team":"{team}","rows":"{rows}"}');
    const sent = await test({ template_name: "rows" });
    expect(sent).toMatchObject({ success: true });
    const [, body = ""] = /^sent status: 200 OK, body: (.*)$/.exec(String((sent as Item).message)) ?? [];
    const [record] = (JSON.parse(body) as { result: { Success: Item[] } }).result.Success;
    expect(record).toMatchObject({ alert: "[TEST] Sample alert", team: "ops" });
    expect(record!.rows).toHaveLength(2);
    const draft = await test({ definition: { title: "{alert_name}", body: "x" } });
    expect(JSON.stringify(draft)).toContain('\\"version\\":1');
    const { items } = await world.get<{ items: Item[] }>("runs?limit=2");
    expect(items.map(({ trigger }) => trigger)).toEqual(
      Array(2).fill({ kind: "destination", destination: "run_fix" }),
    );
  });

  it("says what is wrong", async () => {
    const { id, test, template } = await make();
    await template("text", "{alert_name} fired");
    await template("scalar", "{alert_count}");
    const one = "Exactly one of `definition` or `template_name` must be set";
    expect(await test({})).toBe(`400 ${one}`);
    expect(await test({ definition: {}, template_name: "text" })).toBe(`400 ${one}, not both`);
    expect(await test({ template_name: "none" })).toBe("404 Template none not found");
    expect(await test({ template_name: "text" })).toMatch(
      /^400 test-send dispatch failed: Message should be valid JSON for actions: /,
    );
    expect(await test({ template_name: "scalar" })).toBe(
      "400 test-send dispatch failed: Unsupported message format for actions: 2",
    );
    await world.upload("fix", realtime, failing, id);
    expect(await test({ definition: { title: "x" } })).toMatch(/^400 test-send dispatch failed: .*no disk/);
    expect(await test({})).toMatch(/^429 Too many test-sends — try again in \d+s \(limit: 6\/min\)$/);
  });
});

it("what is done with destinations needs its permission, and starting the action that of the action too", async () => {
  const id = await world.upload("fix", realtime, echo);
  await save("run_fix", id);
  const email = "hook@example.com";
  const { token } = ok<{ token: string }>(
    await world.request("POST", "service_accounts", { json: { email } }),
  );
  const authorization = basic(email, token);
  const trigger = async () =>
    said(await world.request("POST", "alerts/destinations/run_fix/trigger", { json: {}, authorization }));
  ok(await world.request("POST", "roles", { json: { role: "hook" } }));
  const allow = async (object: string, permission: string) =>
    ok(
      await world.request("PUT", "roles/hook", {
        json: { add: [{ object, permission }], add_users: [email] },
      }),
    );
  for (const [method, path, needs] of [
    ["GET", "alerts/destinations", "AllowList on destination:_all_default"],
    ["GET", "alerts/destinations/run_fix", "AllowGet on destination:run_fix"],
    ["POST", "alerts/destinations", "AllowPost on destination:_all_default"],
    ["POST", "alerts/destinations/test", "AllowPost on destination:_all_default"],
    ["PUT", "alerts/destinations/run_fix", "AllowPut on destination:run_fix"],
    ["POST", "alerts/destinations/run_fix/test_send", "AllowPut on destination:run_fix"],
    ["DELETE", "alerts/destinations/run_fix", "AllowDelete on destination:run_fix"],
    ["GET", "alerts/templates", "AllowList on template:_all_default"],
    ["GET", "alerts/templates/x", "AllowGet on template:x"],
    ["POST", "alerts/templates", "AllowPost on template:_all_default"],
    ["PUT", "alerts/templates/x", "AllowPut on template:x"],
    ["DELETE", "alerts/templates/x", "AllowDelete on template:x"],
    ["DELETE", "alerts/templates/bulk", "AllowDelete on template:x"],
    ["DELETE", "alerts/destinations/bulk", "AllowDelete on destination:x"],
  ] as const) {
    const json = path.endsWith("bulk") ? { ids: ["x"] } : {};
    const answer = await world.request(method, path, { authorization, ...(method !== "GET" && { json }) });
    expect(said(answer), `${method} ${path}`).toBe(`403 Unauthorized Access: ${email} needs ${needs}`);
  }
  expect(await trigger()).toMatch(/^403 .*AllowPost on destination:run_fix$/);
  await allow("destination:run_fix", "AllowPost");
  expect(await trigger()).toMatch(/^403 .*AllowPost on /);
  await allow(`action_scripts:${id}`, "AllowPost");
  expect(await trigger()).toBe("200 fix was started");
});
