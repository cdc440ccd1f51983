import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rota } from "../../cli/rota.ts";
import { basic, wireClient } from "../../contract/wire/client.ts";
import { ok } from "../../contract/wire/world.ts";
import { type Started, startServer } from "../start-server.ts";
import { actionsOn } from "../with-actions.ts";

type Json = Record<string, unknown>;
let started: Started;
let world: Awaited<ReturnType<typeof actionsOn>>;
beforeAll(async () => {
  started = await startServer();
  world = await actionsOn(started);
  await world.upload("restart_service", {
    type: "runbook",
    mode: "triggered",
    schedule: undefined,
    serviceAccount: undefined,
    steps: [{ name: "One", run: "true" }],
    alerts: [
      { match: 'alert.name == "ServiceDown" && alert.severity == "critical"', key: "alert.labels.instance" },
      { match: 'alert.name == "BackupMissing" && alert.labels.team == "db"', start: { after: "5m" } },
    ],
  });
  const advance = await world.request("POST", "syncs", {
    json: {
      scope: "test",
      from: 0,
      plan_id: "p",
      items: [],
      alerts: [
        { name: "DiskFull", receiver: "json", match: null },
        { name: "ServiceDown", receiver: "alertmanager" },
      ],
    },
  });
  expect(advance.status, advance.text).toBe(200);
  for (const [receiver, name] of [
    ["alertmanager", "alertmanager-firing"],
    ["alertmanager", "alertmanager-firing"],
    ["alertmanager", "alertmanager-resolved"],
    ["json", "json-firing"],
  ]) {
    const body = readFileSync(new URL(`../../fixtures/alerts/${name}.json`, import.meta.url));
    const headers = { "content-type": "application/json" };
    expect((await world.request("POST", `alerts/${receiver}`, { body, headers })).status).toBe(200);
  }
});
afterAll(() => started.stop());

const env = () => ({ ROTA_SERVER: started.address, ROTA_TOKEN: started.login.replace(/^Basic /, "") });

it("lists every alert that was received or declared, with the actions that it may start", async () => {
  const { items } = await world.get<{ items: Json[] }>("alerts");
  expect(items).toMatchObject([
    {
      name: "BackupMissing",
      state: "firing",
      receiver: "json",
      declared: false,
      received: 1,
      started: 0,
      actions: [{ name: "restart_service", start: "after 5m" }],
    },
    {
      name: "ServiceDown",
      state: "resolved",
      declared: true,
      received: 5,
      started: 1,
      actions: [{ name: "restart_service", start: "at once" }],
    },
    { name: "DiskFull", state: null, declared: true, received: 0, last_at: null, actions: [] },
  ]);
});

it("tells the whole history of an alert: what came in, what it matched, what ran", async () => {
  const { items, name } = await world.get<{ name: string; items: Json[] }>("alerts/ServiceDown/history");
  expect(name).toBe("ServiceDown");
  const firing = items.find(({ state }) => state === "firing") as Json & { outcomes: Json[]; id: string };
  expect(firing).toMatchObject({ receiver: "alertmanager", count: 2, labels: { service: "nginx" } });
  const start = firing.outcomes.find(({ kind }) => kind === "started")!;
  expect(start).toMatchObject({
    action: "restart_service",
    link: 0,
    kind: "started",
    run: expect.any(String),
  });
  const run = await world.get<{ trigger: Json }>(`runs/${start.run}`);
  expect(run.trigger).toMatchObject({ kind: "alert", name: "ServiceDown", alert: firing.id });
  expect(await world.get(`alerts/${firing.id}/history`)).toEqual(
    await world.get("alerts/ServiceDown/history"),
  );
});

it("goes through lists page by page", async () => {
  const first = await world.get<{ items: Json[]; next: string }>("alerts/ServiceDown/history?limit=1");
  const rest = await world.get<{ items: Json[]; next: null }>(
    `alerts/ServiceDown/history?limit=1000&cursor=${first.next}`,
  );
  const all = await world.get<{ items: Json[] }>("alerts/ServiceDown/history");
  expect([...first.items, ...rest.items]).toEqual(all.items);
  expect((await world.request("GET", "alerts?cursor=nonsense")).status).toBe(400);
});

it("has an empty history of what was declared, and none of what is unknown", async () => {
  expect(await world.get("alerts/DiskFull/history")).toMatchObject({ name: "DiskFull", items: [] });
  expect((await world.request("GET", "alerts/Nothing/history")).status).toBe(404);
  expect((await world.request("GET", `alerts/${"0".repeat(27)}/history`)).status).toBe(404);
});

it("is for whoever may see alerts, in their own organization", async () => {
  const email = "watcher@example.com";
  const { token } = ok<{ token: string }>(
    await world.request("POST", "service_accounts", { json: { email, permissions: [] } }),
  );
  const authorization = basic(email, token);
  for (const path of ["alerts", "alerts/ServiceDown/history"]) {
    expect((await world.request("GET", path, { authorization })).status).toBe(403);
    expect((await world.request("GET", path, { authorization: null })).status).toBe(401);
  }
  const other = wireClient(started.address, "other", started.login);
  expect(ok<{ items: Json[] }>(await other.request("GET", "alerts")).items).toEqual([]);
  expect((await other.request("GET", "alerts/ServiceDown/history")).status).toBe(404);
});

it("is shown by rota alerts, for a person and for a program", async () => {
  const list = await rota(["alerts"], { env: env() });
  expect(list.err).toBe("");
  expect(list.out).toMatch(/^ALERT +STATE +RECEIVER +LAST +RECEIVED +RUNS +HELD BACK +STARTS\n/);
  expect(list.out).toMatch(/ServiceDown +resolved +alertmanager .* 5 +1 +\d+ +restart_service at once\n/);
  expect(list.out).toMatch(/DiskFull +never received +json +0 +0 +0 +\(nothing\)\n/);
  const history = await rota(["alerts", "ServiceDown"], { env: env() });
  expect(history.out).toContain("nginx on web-1 does not answer");
  expect(history.out).toMatch(/ {2}started restart_service \(alerts\[0\]\), run \w{27}, key "web-1/);
  const json = await rota(["alerts", "history", "ServiceDown", "--format", "json"], { env: env() });
  expect(JSON.parse(json.out)).toMatchObject({ name: "ServiceDown", next: null });
  const unknown = await rota(["alerts", "Nothing"], { env: env() });
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain('No alert "Nothing" was received or declared');
});

it("rota alerts address prints the address alone, and a new one ends it", async () => {
  const first = await rota(["alerts", "address", "json"], { env: env() });
  expect(first.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/default\/alerts\/json\?signature=[\w-]{43}\n$/);
  expect(first.err).toContain("keep it like a password");
  const second = await rota(["alerts", "address", "json", "--new"], { env: env() });
  const send = (address: string) =>
    fetch(address.trim(), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"name":"a"}',
    }).then(({ status }) => status);
  expect([await send(first.out), await send(second.out)]).toEqual([401, 200]);
});
