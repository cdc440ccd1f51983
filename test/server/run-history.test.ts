import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventually } from "../runs/world.ts";
import { startServer } from "./start-server.ts";
import { withActions } from "./with-actions.ts";

interface Page {
  readonly items: readonly { id: string; action_name: string; state: string }[];
  readonly next: string | null;
}
const failing = { "main.py": "def main():\n    raise SystemExit('no')\n" };

describe("the history of runs", () => {
  it("H1: is narrowed by action, state, cause, category and time", async () => {
    const { upload, run, get, request } = await withActions();
    await upload("good", { category: "Diagnostics" });
    const bad = await upload("bad", { category: "Own" }, failing);
    const first = await run("good");
    const second = await run("bad");
    await request("POST", "actions/test/bad", { json: {} });
    const ids = async (query: string) => (await get<Page>(`runs?${query}`)).items.map(({ id }) => id);
    const [third = ""] = await ids("trigger=test");
    expect(await ids("")).toEqual([third, second.id, first.id]);
    expect(await ids("state=failed")).toEqual([third, second.id]);
    expect(await ids("state=succeeded,running&category=diagnostics")).toEqual([first.id]);
    expect(await ids("action=bad&trigger=manual&since=1h")).toEqual([second.id]);
    expect(await ids(`action=${bad}&since=${second.created_at}&limit=1`)).toEqual([third]);
    expect(await ids(`since=${(second.created_at as number) + 1}`)).toEqual([third]);
    const page = await get<Page>("actions/bad/runs?state=failed&limit=1");
    const rest = await get<Page>(`actions/bad/runs?state=failed&limit=1&cursor=${page.next}`);
    expect([page, rest].flatMap(({ items }) => items.map(({ id }) => id))).toEqual([third, second.id]);
    expect(rest.next).toBeNull();

    // A deleted action's runs are found by its name; narrowed to none they are none, not no action.
    await request("DELETE", `actions/${bad}`);
    expect(await ids("action=bad&trigger=manual")).toEqual([second.id]);
    expect(await ids("action=bad&trigger=alert")).toEqual([]);
    expect((await get<Page>("actions/bad/runs?state=skipped")).items).toEqual([]);
    expect((await request("GET", "runs?action=nobody")).status).toBe(404);
  });

  it("H3: tells the same of a run after its action was changed, and after it was deleted", async () => {
    const { upload, run, get, request } = await withActions();
    const realtime = { type: "realtime", schedule: undefined };
    const fields = { ...realtime, category: "Own", parameters: { n: { type: "integer", default: 1 } } };
    const said = (text: string) => ({
      "main.py": `def main(data, logger):\n    print("${text}")\n    return data\n`,
    });
    const id = await upload("echo", fields, said("first"));
    const ended = await run("echo", { parameters: { n: 3 }, inputs: [{ a: 1 }] });
    const told = async () => ({
      run: await get(`runs/${ended.id}`),
      log: (await request("GET", `runs/${ended.id}/logs`)).text,
      page: (await get<Page>("actions/echo/runs")).items.map((one) => one.id),
    });
    const before = await told();
    expect(before.run).toMatchObject({
      action_id: id,
      action_name: "echo",
      version: 1,
      state: "succeeded",
      trigger: { kind: "manual" },
      actor: "root@example.com",
      attempt: 1,
      exit_code: 0,
      parameters: { n: 3 },
      result: [{ a: 1 }],
    });
    for (const key of ["created_at", "started_at", "ended_at", "duration"])
      expect(before.run[key]).toEqual(expect.any(Number));
    expect(before.log).toContain('"text":"first"');

    const { parameters: _, ...changed } = fields;
    await upload("echo", { ...changed, category: "Other", description: "new" }, said("second"), id);
    expect(await told()).toEqual(before);
    await request("DELETE", `actions/${id}`);
    expect(await told()).toEqual(before);
    // Another action of the name is another action.
    await upload("echo", realtime, said("third"));
    expect(await get(`runs/${ended.id}`)).toEqual(before.run);
    expect((await get<Page>("actions/echo/runs")).items).toEqual([]);
    expect((await get<Page>(`actions/${id}/runs?category=own`)).items).toMatchObject([{ id: ended.id }]);
  });

  it("H3: keeps the steps of a runbook, their attempts and outputs, after it was changed and deleted", async () => {
    const { upload, run, get, request } = await withActions();
    const runbook = {
      type: "runbook",
      schedule: undefined,
      serviceAccount: undefined,
      parameters: { size: { type: "integer" } },
      steps: [
        {
          name: "Measure",
          run: 'echo "measured $SIZE"; echo "size=$SIZE" > "$ROTA_OUTPUT"',
          env: { SIZE: "${{ string(parameters.size) }}" },
        },
        { name: "Fail", run: "exit 3", retries: { limit: 1, delay: "0s" } },
        { name: "Never", run: "true" },
      ],
    };
    const id = await upload("measure", runbook, { "notes.txt": "" });
    const { id: ended } = await run("measure", { parameters: { size: 7 } });
    const told = async () => ({
      run: await get(`runs/${ended}`),
      log: (await request("GET", `runs/${ended}/logs`)).text,
      version: await get(`runs/${ended}/version`),
    });
    const before = await told();
    expect(before.run).toMatchObject({
      state: "failed",
      steps: [
        { id: "measure", state: "succeeded", outputs: { size: "7" }, attempts: [{ exit_code: 0 }] },
        { id: "fail", state: "failed", attempts: [{ exit_code: 3 }, { exit_code: 3 }] },
        { id: "never", state: "skipped", attempts: [] },
      ],
      progress: { finished: 3, known: 3, percent: 100, current: null },
    });
    expect(before.run.parameters).toEqual({ size: 7 });
    expect(before.log).toContain("measured 7");
    expect(before.version).toMatchObject({ number: 1, action: { name: "measure", steps: [{}, {}, {}] } });

    await upload("measure", { ...runbook, steps: [{ name: "Other", run: "true" }] }, { "notes.txt": "" }, id);
    expect(await told()).toEqual(before);
    await request("DELETE", `actions/${id}`);
    expect(await told()).toEqual(before);
  });

  it("H3: is as long as the action says, else as the server does", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rota-history-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const env = { ROTA_DATA: folder, ROTA_KEEP_RUNS: "1" };
    const first = await withActions({}, env);
    await first.upload("short");
    await first.upload("long", { retention: { keep: 3 } });
    for (const name of ["short", "long", "short", "long"]) await first.run(name);
    await first.server.stop();

    const second = await startServer({}, env);
    onTestFinished(second.stop);
    const left = async () => {
      const headers = { authorization: second.login };
      const answer = await fetch(`${second.address}/api/default/runs`, { headers });
      return ((await answer.json()) as Page).items.map((run) => run.action_name);
    };
    await eventually(async () => (await left()).length < 4);
    expect(await left()).toEqual(["long", "short", "long"]);
  });

  it.each([
    ["state=failed,nonsense", 'The state "nonsense" is none of: waiting'],
    ["trigger=cron", 'The trigger "cron" is none of: schedule'],
    ["since=yesterday", '"yesterday" is no time; write a time like 2h'],
  ])("answers %s with what may be written", async (query, said) => {
    const { request } = await withActions();
    const answer = await request("GET", `runs?${query}`);
    expect(answer.status).toBe(400);
    expect((answer.json as { message: string }).message).toContain(said);
  });
});
