import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { approvalLinks, keyFileOf } from "../../src/access/index.ts";
import { rota } from "../cli/rota.ts";
import { wireClient } from "../contract/wire/client.ts";
import { ok } from "../contract/wire/world.ts";
import { makeLive } from "./make-live.ts";
import { root, type Started, startServer } from "./start-server.ts";

interface RunItem {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly started_at: number | null;
  readonly approval: {
    readonly state: string;
    readonly round: number;
    readonly votes: readonly { by: string }[];
  } | null;
}

let started: Started;
let asRoot: ReturnType<typeof wireClient>;
let asMachine: ReturnType<typeof wireClient>;
const approval = { required: true, expires: "1h" };
const steps = [{ name: "Say", run: "echo it ran" }];
const machine = "starter@example.com";

beforeAll(async () => {
  started = await startServer();
  asRoot = wireClient(started.address, "default", started.login);
  const made = ok<{ token: string }>(
    await asRoot.request("POST", "service_accounts", { json: { email: machine } }),
  );
  await asRoot.request("POST", "roles", { json: { role: "starter" } });
  const add = ["AllowPost", "AllowGet", "AllowList"].map((permission) => ({
    object: "action_scripts:_all_default",
    permission,
  }));
  ok(
    await asRoot.request("PUT", "roles/starter", {
      json: { add, remove: [], add_users: [machine], remove_users: [] },
    }),
  );
  asMachine = wireClient(
    started.address,
    "default",
    `Basic ${Buffer.from(`${machine}:${made.token}`).toString("base64")}`,
  );
});
afterAll(() => started.stop());

const put = (name: string, fields: object = {}): Promise<string> =>
  makeLive(asRoot, { name, type: "runbook", steps, approval, ...fields });
const start = async (name: string, client = asMachine): Promise<RunItem> => {
  const answer = await client.request("POST", `actions/${name}/run`, { json: {} });
  expect(answer.status, answer.text).toBe(201);
  return answer.json as RunItem;
};
const read = async (id: string): Promise<RunItem> => ok<RunItem>(await asRoot.request("GET", `runs/${id}`));
const ended = async (id: string): Promise<RunItem> => {
  await asRoot.request("GET", `runs/${id}/logs?follow=true`, {});
  return read(id);
};

describe("approvals", () => {
  it("D4: a run waits, is listed, is approved by a person with a comment, and runs", async () => {
    await put("guarded");
    const run = await start("guarded");
    expect(run).toMatchObject({
      state: "waiting",
      started_at: null,
      reason: "Waits for approval by whoever may approve its runs: 0 of 1 so far.",
    });
    const { items } = ok<{ items: readonly RunItem[] }>(await asRoot.request("GET", "approvals"));
    expect(items.map(({ id }) => id)).toContain(run.id);
    const byMachine = await asMachine.request("POST", `runs/${run.id}/approve`, { json: {} });
    expect(byMachine.status).toBe(403);
    expect(byMachine.text).toContain("is no person");
    const voted = await asRoot.request("POST", `runs/${run.id}/approve`, {
      json: { comment: "traffic is low" },
    });
    expect(voted.status, voted.text).toBe(200);
    expect(await ended(run.id)).toMatchObject({
      state: "succeeded",
      approval: { state: "granted", votes: [{ by: root.email, comment: "traffic is low" }] },
    });
  });

  it("D4: nobody approves their own run, not even root", async () => {
    await put("own");
    const run = await start("own", asRoot);
    const voted = await asRoot.request("POST", `runs/${run.id}/approve`, { json: {} });
    expect(voted.status).toBe(403);
    expect(voted.text).toContain("started the run and cannot answer for others");
    expect(await read(run.id)).toMatchObject({ state: "waiting" });
  });

  it("D4: a person whom the action does not name cannot answer, root neither", async () => {
    await put("named", { approval: { ...approval, approvers: ["role:sre", "ann@example.com"] } });
    const run = await start("named");
    const voted = await asRoot.request("POST", `runs/${run.id}/reject`, { json: { reason: "no" } });
    expect(voted.status).toBe(403);
    expect(voted.text).toContain(
      'root@example.com is no approver of \\"named\\": role:sre, ann@example.com may answer',
    );
  });

  it("D4: what follows a change of what was asked for follows at once, without a look at the clock", async () => {
    /** Until they have ended: then nothing else wakes the server up. */
    const ran = (name: string, times: number) =>
      vi.waitFor(async () => {
        const { items } = ok<{ items: readonly RunItem[] }>(
          await asRoot.request("GET", `runs?action=${name}`),
        );
        expect(items.map(({ state }) => state)).toEqual(Array(times).fill("succeeded"));
      }, 20_000);
    const doomed = await put("doomed");
    const events = [{ run: "doomed", state: "cancelled" }];
    await put("mourns", { mode: "triggered", approval: undefined, events });
    const provider = (port: number) =>
      asRoot.request("PUT", "providers/shop", {
        json: { provider: { kind: "http", baseUrl: `http://127.0.0.1:${port}` } },
      });
    ok(await provider(1));
    await put("told", { approval: undefined });
    const reach = [{ name: "Ask", provider: "shop", http: { url: "/" } }];
    await put("asking", { steps: reach, notify: [{ on: ["approval"], action: "told" }] });
    await start("asking");
    await ran("told", 1);
    ok(await provider(2));
    await ran("told", 2);
    await start("doomed");
    ok(await asRoot.request("DELETE", `actions/${doomed}`));
    await ran("mourns", 1);
  }, 90_000);

  it("D4: a rejected run ends with who said no and why", async () => {
    await put("refused");
    const run = await start("refused");
    const empty = await asRoot.request("POST", `runs/${run.id}/reject`, { json: {} });
    expect(empty.status).toBe(400);
    ok(await asRoot.request("POST", `runs/${run.id}/reject`, { json: { reason: "not during the sale" } }));
    expect(await read(run.id)).toMatchObject({
      state: "rejected",
      reason: "Rejected by root@example.com: not during the sale",
      started_at: null,
    });
    const late = await asRoot.request("POST", `runs/${run.id}/approve`, { json: {} });
    expect(late.status).toBe(409);
  });

  it("D4: a new version of the action, and a changed provider, void what was approved", async () => {
    const place = { kind: "http", baseUrl: "https://one.example.com" };
    ok(await asRoot.request("PUT", "providers/api", { json: { provider: place } }));
    const twice = {
      approval: { ...approval, quorum: 2 },
      steps: [{ name: "Ask", provider: "api", http: { url: "/x" } }],
    };
    const id = await put("changing", twice);
    const run = await start("changing");
    ok(await asRoot.request("POST", `runs/${run.id}/approve`, { json: { round: 1 } }));
    expect(await read(run.id)).toMatchObject({ approval: { round: 1, votes: [{ by: root.email }] } });

    const changed = { name: "changing", type: "runbook", description: "other", ...twice };
    await makeLive(asRoot, changed, id);
    expect(await read(run.id)).toMatchObject({
      state: "waiting",
      approval: { round: 2, votes: [] },
      reason: expect.stringMatching(/^The action "changing" was changed: what was approved is void\. /),
    });
    const looked = await asRoot.request("POST", `runs/${run.id}/approve`, { json: { round: 1 } });
    expect(looked.status).toBe(403);
    expect(looked.text).toContain("has changed since you looked at it");
    ok(await asRoot.request("POST", `runs/${run.id}/approve`, { json: { round: 2 } }));

    const other = { ...place, baseUrl: "https://two.example.com" };
    ok(await asRoot.request("PUT", "providers/api", { json: { provider: other } }));
    expect(await read(run.id)).toMatchObject({
      approval: { round: 3, votes: [] },
      reason: expect.stringMatching(/^The provider "api" was changed: what was approved is void\. /),
    });
  });

  it("D4: a test and a search, which wait for a result, start nothing", async () => {
    await put("tested");
    const tested = await asRoot.request("POST", "actions/test/tested", { json: { inputs: [] } });
    expect(tested.status).toBe(400);
    expect(tested.text).toContain("requires approval");
    const { items } = ok<{ items: readonly RunItem[] }>(await asRoot.request("GET", "actions/tested/runs"));
    expect(items).toEqual([]);
  });

  it("D4: to be named is enough to look at the question and to answer it, and shows nothing of the run itself", async () => {
    const [email, password] = ["ann@example.com", "difference engine"];
    ok(await asRoot.request("POST", "users", { json: { email, password, role: "user" } }));
    await put("anybodys");
    await put("hers", { approval: { ...approval, approvers: [email] } });
    const run = await start("hers");
    const ROTA_TOKEN = Buffer.from(`${email}:${password}`).toString("base64");
    const env = { ROTA_SERVER: started.address, ROTA_TOKEN };
    const asAnn = wireClient(started.address, "default", `Basic ${ROTA_TOKEN}`);
    const status = async (path: string) => (await asAnn.request("GET", path)).status;
    expect((await rota(["show", run.id], { env })).out).toMatch(/hers(.|\n)*ann@example\.com/);
    expect(await status(`runs/${run.id}/version`)).toBe(200);
    expect(await status(`runs/${run.id}/logs`)).toBe(403);
    expect(await status(`runs/${(await start("anybodys")).id}`)).toBe(403);
    expect(await rota(["approve", run.id], { env })).toMatchObject({ code: 0 });
    await ended(run.id);
    expect(await status(`runs/${run.id}`)).toBe(403);
  });

  it("the commands show what waits, and answer it", async () => {
    await put("typed");
    const [yes, no] = [await start("typed"), await start("typed")];
    const env = { ROTA_SERVER: started.address, ROTA_TOKEN: started.login.replace(/^Basic /, "") };
    const list = await rota(["approvals"], { env });
    expect(list.out).toContain(yes.id);
    expect(list.out).toMatch(/0 of 1 until .* \(in .*\), then it expires/);
    expect(await rota(["logs", yes.id], { env })).toMatchObject({
      out: "",
      err: `Nothing was logged yet: the run is waiting; \`rota show ${yes.id}\` says why.\n`,
    });
    const approved = await rota(["approve", yes.id, "--comment", "go"], { env });
    expect(approved.out).toMatch(/^Approved: \w+ is (queued|running|succeeded)\./);
    const rejected = await rota(["reject", no.id, "--reason", "no"], { env });
    expect(rejected.out).toBe(`${no.id} is rejected; nothing of it has run.\n`);
    expect((await rota(["show", no.id], { env })).out).toContain(
      "approval    whoever may approve runs; 0 of 1 had agreed\n",
    );
    expect((await rota(["reject", no.id], { env })).code).toBe(2);
  });
});

describe("signed links", () => {
  const linkFor = async (run: RunItem, fields: object = {}) => {
    const key = await readFile(keyFileOf(started.dataDir), "utf8");
    const links = approvalLinks(Buffer.from(key.trim(), "hex"));
    const expires = (Date.now() + 60_000) * 1000;
    return `${started.address}/approvals/${links.mint({ organization: "default", run: run.id, email: root.email, round: 1, expires, ...fields })}`;
  };
  const post = (url: string, vote: string, comment = "") =>
    fetch(url, { method: "POST", body: new URLSearchParams({ vote, comment }), redirect: "manual" });

  it("D4: show the question without a login, answer it once, and are worth nothing afterwards", async () => {
    await put("linked<b>".replace(/[<>]/g, ""), { description: "<script>" });
    const run = await start("linkedb");
    const url = await linkFor(run);
    const shown = await fetch(url);
    expect(shown.status).toBe(200);
    expect(shown.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await shown.text()).toContain(`You answer as ${root.email}`);
    expect(await read(run.id)).toMatchObject({ state: "waiting" });
    const answered = await post(url, "approve", "by mail");
    expect(await answered.text()).toContain("may start");
    expect(await ended(run.id)).toMatchObject({
      state: "succeeded",
      approval: { votes: [{ comment: "by mail" }] },
    });
    for (const vote of ["approve", "reject"]) expect((await post(url, vote)).status).toBe(409);
    expect((await fetch(url)).status).toBe(409);
  });

  it("D4: forged, cut, expired, of another run, person or organization, they are worth nothing", async () => {
    await put("forged");
    const [run, other] = [await start("forged"), await start("forged", asRoot)];
    const good = await linkFor(run);
    const [head = "", signature = ""] = (good.split("/").at(-1) ?? "").split(".");
    const content = JSON.parse(Buffer.from(head, "base64url").toString()) as unknown[];
    const altered = (index: number, value: unknown) =>
      `${Buffer.from(JSON.stringify(content.with(index, value))).toString("base64url")}.${signature}`;
    const texts = [
      altered(0, "other"),
      altered(1, other.id),
      altered(2, machine),
      altered(3, 2),
      altered(4, 99999999999),
      `${head}.${signature.slice(0, -1)}`,
      `${head}.`,
      head,
      "x",
    ];
    for (const text of texts) {
      expect((await fetch(`${started.address}/approvals/${text}`)).status, text).toBe(404);
      expect((await post(`${started.address}/approvals/${text}`, "approve")).status, text).toBe(404);
    }
    expect((await post(await linkFor(run, { expires: (Date.now() - 1000) * 1000 }), "approve")).status).toBe(
      404,
    );
    expect((await post(await linkFor(run, { round: 2 }), "approve")).status).toBe(409);
    expect((await post(await linkFor(run, { email: machine }), "approve")).status).toBe(409);
    expect((await post(await linkFor(other), "approve")).status).toBe(409);
    expect((await post(good, "maybe")).status).toBe(400);
    expect(await read(run.id)).toMatchObject({ state: "waiting", approval: { votes: [] } });
  });
});
