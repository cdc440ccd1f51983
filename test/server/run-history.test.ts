import { describe, expect, it } from "vitest";
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
