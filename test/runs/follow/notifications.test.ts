import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Action, Notification } from "../../../src/core/action/action.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { createExecutor } from "../../../src/executor/index.ts";
import { tellHeldNotices } from "../../../src/runs/follow/deal-with-followup.ts";
import type { Outcome } from "../../../src/runs/ports/executor.ts";
import type { Notices } from "../../../src/runs/ports/run-store.ts";
import { eventually, outcome, textOf, until, world } from "../world.ts";

const folder = mkdtempSync(join(tmpdir(), "rota-notify-"));
const executor = createExecutor({ dataDir: folder });

interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
let posted: Posted[] = [];
/** What the address answers, one after the other; then 200. */
let answers: { readonly status: number; readonly headers?: Record<string, string> }[] = [];
const receiver = createServer(async (request, response) => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  posted.push({
    path: request.url ?? "",
    headers: request.headers,
    body: Buffer.concat(pieces).toString("utf8"),
  });
  const { status, headers } = answers.shift() ?? { status: 200 };
  response.writeHead(status, headers).end("ok");
});
let address = "";
beforeAll(async () => {
  await new Promise<void>((ready) => receiver.listen(0, "127.0.0.1", ready));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await executor.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  posted = [];
  answers = [];
});

const secrets = {
  values: async (_: string, names: readonly string[]) => ({
    values: new Map(
      Object.entries({
        hook_key: "a signing key",
        hook: `${address}/hooks/T0/secretpart?token=queryvalue`,
      }).filter(([name]) => names.includes(name)),
    ),
    missing: names.filter((name) => !["hook_key", "hook"].includes(name)),
  }),
};

const url = (fields: object = {}): Notification["target"] => ({
  url: `${address}/hook`,
  format: undefined,
  signature: undefined,
  ...fields,
});
const tells = (on: Notification["on"], target = url()): Partial<Action> => ({ notify: [{ on, target }] });

/** Ends of the runs of actions, one after the other; the last goes on. Requests are real. */
async function sending(...ends: readonly Partial<Outcome>[]) {
  let ended = 0;
  const made = await world(
    async (task, io) =>
      task.program.kind === "http"
        ? executor.execute(task, io)
        : outcome(ends[Math.min(ended++, ends.length - 1)]),
    { secrets },
  );
  const delivered = async (): Promise<readonly Run[]> =>
    (await made.history()).filter(({ actionName }) => actionName === "rota:notification");
  /** Waits for as many deliveries that have ended, without moving the clock. */
  const deliveries = async (count: number) => {
    await eventually(async () => {
      const runs = await delivered();
      return runs.length >= count && runs.every(({ endedAt }) => endedAt !== undefined);
    });
    return delivered();
  };
  /** Nothing is left to follow. */
  const quiet = () =>
    until(made.clock, async () => (await made.store.due(made.clock.now(), 10)).followups.length === 0);
  await made.service.start();
  return { ...made, delivered, deliveries, quiet };
}
const broken = { end: "failed", reason: "it <broke> & burnt" } as const;

describe("notifications to an address", () => {
  it("are posted when a run fails, signed, once, by a run that history tells of", async () => {
    const { place, start, ended, deliveries, lines } = await sending(broken);
    const check = await place(tells(["failure"], url({ signature: { secret: "hook_key" } })));
    const failed = await ended(await start(check));
    const [delivery, ...others] = await deliveries(1);
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({
      state: "succeeded",
      actor: "system",
      trigger: { kind: "notification", run: failed.id, of: "failure" },
    });
    expect(posted).toHaveLength(1);
    const [{ headers, body, path }] = posted as [Posted];
    const message = JSON.parse(body) as Record<string, unknown>;
    expect(message).toEqual({
      version: 1,
      id: `${failed.id}-failed-1`,
      event: "failure",
      organization: "default",
      action: { id: check.actionId, name: "check" },
      text: "check failed: it <broke> & burnt",
      run: expect.objectContaining({ id: failed.id, state: "failed", actor: "a@example.com" }),
      approval: null,
      counts: null,
    });
    expect(path).toBe("/hook");
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-rota-event": "failure",
      "x-rota-delivery": message.id,
    });
    const [, seconds, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-rota-signature"])) ?? [];
    expect(digest).toBe(createHmac("sha256", "a signing key").update(`${seconds}.${body}`).digest("hex"));
    expect((await lines(delivery as Run)).join("\n")).toMatch(/POST http:\S+\/hook → 200/);
  });

  it("tell of failures, recoveries and successes as they are asked to, and of nothing else", async () => {
    const ends = [
      {},
      broken,
      { end: "timed_out", reason: "it took too long" },
      { end: "cancelled", reason: "x" },
      {},
      {},
    ] as const;
    const { place, start, ended, deliveries, quiet } = await sending(...ends);
    const check = await place({
      notify: [
        { on: ["failure", "recovery"], target: url({ url: `${address}/ops` }) },
        { on: ["success"], target: url({ url: `${address}/all` }) },
      ],
    });
    for (const _ of ends) {
      await ended(await start(check));
      await quiet();
    }
    await deliveries(6);
    const got = posted.map(({ path, body }) => `${path} ${(JSON.parse(body) as { event: string }).event}`);
    expect(got.toSorted()).toEqual(
      [
        "/all success",
        "/ops failure",
        "/ops failure",
        "/ops recovery",
        "/all success",
        "/all success",
      ].toSorted(),
    );
  });

  it("are tried again after 5xx and 429, with pauses, and not after any other answer", async () => {
    answers = [{ status: 503 }, { status: 429 }, { status: 500 }];
    const { place, start, ended, clock, delivered, lines, service } = await sending(broken);
    const check = await place(tells(["failure"]));
    await ended(await start(check));
    for (const pause of [10, 20, 40]) {
      const before = posted.length;
      await eventually(async () => posted.length > 0 && (await delivered())[0]?.state === "queued");
      await clock.advance((pause - 1) * 1000);
      expect(posted).toHaveLength(Math.max(1, before));
      await clock.advance(1000);
      await eventually(() => posted.length > Math.max(1, before));
    }
    await eventually(async () => (await delivered())[0]?.state === "succeeded");
    const [run] = await delivered();
    expect(run).toMatchObject({ attempt: 4 });
    expect(new Set(posted.map(({ headers }) => headers["x-rota-delivery"])).size).toBe(1);
    expect((await lines(run as Run)).join("\n")).toContain("503");

    answers = [{ status: 404 }];
    await ended(await start(check));
    await eventually(async () => (await delivered()).some(({ state }) => state === "failed"));
    const refused = (await delivered()).find(({ state }) => state === "failed");
    expect(refused).toMatchObject({
      reason: "The address answered 404; it is not tried again.",
      attempt: 1,
    });
    // By hand it is sent once more, as the same message.
    const id = posted.at(-1)?.headers["x-rota-delivery"];
    await service.retryRun({ organization: "default", run: refused?.id ?? "", actor: "a@example.com" });
    await eventually(
      async () => (await delivered()).filter(({ state }) => state === "succeeded").length === 2,
    );
    expect(posted.at(-1)?.headers["x-rota-delivery"]).toBe(id);
  });

  it("follow no redirect, and are not sent to where the http provider may not go", async () => {
    answers = [{ status: 307, headers: { location: "/elsewhere" } }];
    const { place, start, ended, deliveries } = await sending(broken);
    await ended(await start(await place(tells(["failure"]))));
    const metadata = tells(["failure"], url({ url: "http://169.254.169.254/latest/meta-data" }));
    await ended(await start(await place({ name: "other", ...metadata })));
    const reasons = (await deliveries(2)).map(({ state, reason }) => `${state}: ${reason}`);
    expect(reasons).toContain("failed: The address answered 307; it is not tried again.");
    expect(reasons.join("\n")).toMatch(/metadata service/);
    expect(posted.map(({ path }) => path)).toEqual(["/hook"]);
  });

  it("keep an address that is a secret out of history and log", async () => {
    answers = [{ status: 410 }];
    const { place, start, ended, deliveries, lines, history } = await sending(broken);
    await ended(await start(await place(tells(["failure"], url({ url: { secret: "hook" } })))));
    const [run] = await deliveries(1);
    expect(posted.map(({ path }) => path)).toEqual(["/hooks/T0/secretpart?token=queryvalue"]);
    const told = JSON.stringify([await history(), await lines(run as Run)]);
    expect(told).not.toMatch(/secretpart|queryvalue/);
    await ended(
      await start(await place({ name: "no", ...tells(["failure"], url({ url: { secret: "nope" } })) })),
    );
    await deliveries(2);
    expect((await history()).map(({ reason }) => reason)).toContain(
      'It needs the secret "nope", which has no value. Set it with: rota secrets set nope',
    );
  });

  it("are shaped for Slack where that is asked for, without mentions that a run could make", async () => {
    const { place, start, ended, deliveries } = await sending({
      end: "failed",
      reason: "<!channel> *look* <https://evil.example|here> `x` & @here",
    });
    await ended(await start(await place(tells(["failure"], url({ format: "slack" })))));
    await deliveries(1);
    const [{ body }] = posted as [Posted];
    const slack = JSON.parse(body) as { text: string; blocks: unknown[]; link_names: number };
    expect(slack.text).toBe(
      "check failed: &lt;!channel&gt; *look* &lt;https://evil.example|here&gt; `x` &amp; @here",
    );
    expect(slack.link_names).toBe(0);
    expect(JSON.stringify(slack.blocks)).not.toMatch(/<|@U/);
    expect(JSON.stringify(slack.blocks)).toMatch(/rota show \w{27}\\nrota logs/);
  });

  it("are limited for each action, and the rest are told together", async () => {
    const { place, start, ended, deliveries, quiet, clock } = await sending(broken);
    const check = await place(tells(["failure"]));
    const other = await place({ name: "other", ...tells(["failure"]) });
    for (let n = 0; n < 25; n += 1) await ended(await start(check));
    await ended(await start(other));
    await quiet();
    await deliveries(21);
    await clock.advance(11 * 60_000);
    await deliveries(22);
    const summaries = posted
      .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
      .filter(({ event }) => event === "summary");
    expect(summaries).toMatchObject([
      {
        action: { name: "check" },
        run: null,
        counts: { failure: 5 },
        text: expect.stringContaining("check"),
      },
    ]);
    expect(posted).toHaveLength(22);
    await clock.advance(60 * 60_000);
    expect(posted).toHaveLength(22);
    await ended(await start(check));
    await deliveries(23);
  }, 30_000);
});

describe("what was held back", () => {
  it("is told whole, also what was added between a look at it and the telling", async () => {
    const { place, start, ended, deliveries, quiet, clock, store, parts } = await sending(broken);
    const check = await place(tells(["failure"]));
    for (let n = 0; n < 25; n += 1) await ended(await start(check));
    await quiet();
    await deliveries(20);
    const seen = (await store.notices("default", check.actionId)) as Notices;
    expect(seen.held).toEqual({ failure: 5 });
    await ended(await start(check));
    await quiet();
    await tellHeldNotices(parts, seen, clock.now());
    await clock.advance(11 * 60_000);
    await deliveries(21);
    const counts = posted.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(counts.flatMap(({ event, counts: held }) => (event === "summary" ? [held] : []))).toEqual([
      { failure: 6 },
    ]);
  }, 30_000);
});

describe("records of runs that tell", () => {
  it("are on no disk when nothing came of them, as everything was told already", async () => {
    const { place, parts, clock } = await sending(broken);
    await place({ name: "log_it", type: "realtime", schedule: undefined } as Partial<Action>);
    const check = await place({ notify: [{ on: ["failure"], target: { action: "log_it" } }] });
    const kept = new Set<string>();
    const blobs = {
      put: async (run: string) => {
        kept.add(run);
        return 0;
      },
      get: async () => undefined,
      remove: async (runs: readonly string[]) => {
        for (const run of runs) kept.delete(run);
      },
    };
    const now = clock.now();
    const of = { organization: "default", actionId: check.actionId };
    const told = { ...of, since: now, sent: 20, held: { failure: 1 }, dueAt: now };
    await tellHeldNotices({ ...parts, blobs }, told, now);
    expect(kept).toEqual(new Set());
  });
});

describe("notifications by an action", () => {
  it("give a runbook what it declares, a real-time action all, and are never told of themselves", async () => {
    const { place, start, ended, history, clock, parts, store } = await sending(broken);
    const runbook = { type: "runbook", mode: "manual", steps: [] } as const;
    const reason = { type: "string" };
    const more = {
      notify: [{ on: ["failure", "success"], target: { action: "log_it" } }],
    } as Partial<Action>;
    await place({
      ...runbook,
      ...more,
      name: "tell",
      parameters: { run: { type: "string" }, reason, event: reason },
    });
    await place({ type: "realtime", keepState: false, name: "log_it" });
    const check = await place({
      notify: [
        { on: ["failure"], target: { action: "tell" } },
        { on: ["failure"], target: { action: "log_it" } },
        { on: ["failure"], target: { action: "gone" } },
      ],
    });
    const failed = await ended(await start(check));
    const of = async (name: string) => (await history()).filter(({ actionName }) => actionName === name);
    await until(clock, async () => (await of("tell"))[0]?.state === "succeeded");
    await until(clock, async () => (await store.due(clock.now(), 10)).followups.length === 0);
    expect(await of("tell")).toMatchObject([
      {
        trigger: { kind: "notification", run: failed.id, of: "failure" },
        parameters: { run: failed.id, reason: broken.reason, event: "failure" },
      },
    ]);
    const [records, ...others] = await of("log_it");
    expect(others).toEqual([]);
    expect(JSON.parse((await textOf(await parts.blobs.get(records?.id ?? "", "input"))) ?? "")).toMatchObject(
      [{ event: "failure", run: { id: failed.id } }],
    );
  });
});
