import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic } from "../../contract/wire/client.ts";
import { ok, realtimeCode } from "../../contract/wire/world.ts";
import { type Started, startServer } from "../start-server.ts";
import { actionsOn } from "../with-actions.ts";

interface Taken {
  readonly received: number;
  readonly started: readonly { readonly run: string; readonly action: string; readonly alert: string }[];
  readonly suppressed: number;
}
interface RunJson {
  readonly state: string;
  readonly trigger: unknown;
  readonly parameters: unknown;
  readonly actor: string;
}

let started: Started;
let world: Awaited<ReturnType<typeof actionsOn>>;
beforeAll(async () => {
  started = await startServer();
  world = await actionsOn(started);
  const runbook = (name: string, alerts: readonly object[], fields: object = {}) =>
    world.upload(name, {
      type: "runbook",
      mode: "triggered",
      schedule: undefined,
      serviceAccount: undefined,
      steps: [{ name: "One", run: "true" }],
      alerts,
      ...fields,
    });
  await runbook(
    "restart_service",
    [
      {
        match: 'alert.name == "ServiceDown" && alert.severity == "critical"',
        key: "alert.labels.instance",
        parameters: { service: "${{ alert.labels.service }}" },
      },
    ],
    { parameters: { service: { type: "string" } }, concurrency: { overlap: "queue" } },
  );
  await runbook("tell_the_end", [{ match: 'alert.name == "ServiceDown"', on: ["resolved"] }], {
    concurrency: { overlap: "queue" },
  });
  await world.upload(
    "rows",
    { type: "realtime", schedule: undefined, alerts: [{ match: 'alert.name == "checkout_errors"' }] },
    realtimeCode,
  );
});
afterAll(() => started.stop());

const payload = (name: string) =>
  readFileSync(new URL(`../../fixtures/alerts/${name}.json`, import.meta.url), "utf8");
const send = (receiver: string, body: string, more: object = {}) =>
  world.request("POST", `alerts/${receiver}`, {
    body,
    headers: { "content-type": "application/json" },
    ...more,
  });
const ended = async (run: string): Promise<RunJson> => {
  const log = await world.request("GET", `runs/${run}/logs`, { headers: { accept: "text/event-stream" } });
  expect(log.text).toMatch(/event: end/);
  return world.get<RunJson>(`runs/${run}`);
};

describe("an alert that comes in", () => {
  it("I4, I5: starts at once the actions whose links match, and each run is marked with its alert", async () => {
    const taken = ok<Taken>(await send("alertmanager", payload("alertmanager-firing")));
    expect(taken).toMatchObject({ received: 2, suppressed: 0 });
    expect(taken.started.map(({ action, alert }) => [action, alert]).sort()).toEqual([
      ["restart_service", "ServiceDown"],
      ["tell_the_end", "ServiceDown"],
    ]);
    const { run } = taken.started.find(({ action }) => action === "restart_service")!;
    expect(await ended(run)).toMatchObject({
      state: "succeeded",
      parameters: { service: "nginx" },
      trigger: { kind: "alert", name: "ServiceDown", receiver: "alertmanager", state: "firing" },
      actor: "root@example.com",
    });
  });

  it("gives a real-time action the object as one record, and a list as many", async () => {
    for (const [name, records] of [
      ["openobserve-firing", 1],
      ["openobserve-rows", 2],
      ["openobserve-trigger", 1],
    ] as const) {
      const [start] = ok<Taken>(await send("openobserve", payload(name))).started;
      const run = await ended(start!.run);
      expect(run, name).toMatchObject({ state: "succeeded" });
      expect((run as unknown as { result: unknown[] }).result, name).toHaveLength(records);
    }
  });

  it("is answered also when it starts nothing", async () => {
    expect(ok(await send("grafana", payload("grafana-resolved")))).toEqual({
      received: 1,
      started: [],
      suppressed: 0,
    });
    expect(ok(await send("json", payload("json-firing")))).toMatchObject({ received: 1, started: [] });
  });

  it("is refused in a sentence when it is none", async () => {
    for (const [receiver, body, message] of [
      ["alertmanager", "{}", 'This is no message of Alertmanager\'s webhook: it has no list "alerts"'],
      ["openobserve", '"down"', 'Unsupported message format for actions: "down"'],
      ["json", "3", 'An alert is an object such as {"name": "DiskFull"}, or a list of them'],
      ["json", "", "The body is empty: send the alert as JSON"],
      ["json", "{", "The body is no valid JSON"],
    ] as const) {
      const answer = await send(receiver, body);
      expect(answer.json, receiver).toEqual({ code: 400, message });
    }
  });

  it("finds no receiver of another name", async () => {
    const answer = await send("pagerduty", "{}");
    expect(answer.status).toBe(404);
    expect(answer.text).toContain("openobserve, alertmanager, grafana, json");
  });
});

describe("who may send", () => {
  const account = "alerts@example.com";
  it("is whoever holds AllowPost on the receiver, by Basic and by Bearer", async () => {
    const { token } = ok<{ token: string }>(
      await world.request("POST", "service_accounts", {
        json: { email: account, permissions: [{ object: "alert:json", permission: "AllowPost" }] },
      }),
    );
    const authorization = basic(account, token);
    expect((await send("json", payload("json-firing"), { authorization })).status).toBe(200);
    const refused = await send("grafana", payload("grafana-firing"), { authorization });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain("needs AllowPost on alert:grafana");
    const made = await world.request("POST", "tokens", { json: { name: "t" }, authorization });
    const bearer = { authorization: `Bearer ${(made.json as { token: string }).token}` };
    expect((await send("json", payload("json-firing"), bearer)).status).toBe(200);
    expect((await send("json", payload("json-firing"), { authorization: null })).status).toBe(401);
  });
});

describe("a signed address", () => {
  const address = (receiver: string, json: object = {}, more: object = {}) =>
    world.request("POST", `alerts/${receiver}/address`, { json, ...more });
  const anonymous = (path: string, more: object = {}) =>
    world.request("POST", path, {
      body: payload("json-firing"),
      headers: { "content-type": "application/json" },
      authorization: null,
      ...more,
    });

  it("takes alerts without a login, in the receiver's own name", async () => {
    const { path } = ok<{ path: string }>(await address("alertmanager"));
    expect(path).toMatch(/^\/api\/default\/alerts\/alertmanager\?signature=[A-Za-z0-9_-]{43}$/);
    // A firing of its own: that of the other tests was dealt with.
    const body = payload("alertmanager-firing")
      .replaceAll("web-1", "web-3")
      .replaceAll("c1f4a9d3b5e70826", "00f4a9d3b5e70826");
    const taken = ok<Taken>(await anonymous(path, { body }));
    const run = await world.get<RunJson>(`runs/${taken.started[0]!.run}`);
    expect(run.actor).toBe("receiver:alertmanager");
  });

  it("stays the same until it is made anew, which ends the one before", async () => {
    const first = ok<{ path: string }>(await address("json"));
    expect(ok(await address("json"))).toEqual(first);
    const second = ok<{ path: string }>(await address("json", { new: true }));
    expect(second.path).not.toBe(first.path);
    expect((await anonymous(first.path)).status).toBe(401);
    expect((await anonymous(second.path)).status).toBe(200);
  });

  it("is an administrator's to see", async () => {
    const email = "not-admin@example.com";
    const { token } = ok<{ token: string }>(
      await world.request("POST", "service_accounts", {
        json: { email, permissions: [{ object: "alert:_all_default", permission: "AllowAll" }] },
      }),
    );
    const answer = await address("json", {}, { authorization: basic(email, token) });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain("signature=");
  });
});
