import { expect, it } from "vitest";
import { defaultPlanOptions } from "../../../src/core/plan/plan-options.ts";
import { apply, rotaServer } from "../../../src/sync/index.ts";
import { type Declared, declaredAccount, declaredAction } from "../../contract/sync-items.ts";
import { root, startServer } from "../../server/start-server.ts";
import { desired, stillRuntime } from "../world.ts";

const token = Buffer.from(`${root.email}:${root.password}`).toString("base64");

it("answers that are lost, one after the other, make nothing twice on a real server", async () => {
  const { address, stop } = await startServer();
  const connect = (fetch: typeof globalThis.fetch) =>
    rotaServer({ address, token, organization: "default", fetch });

  /** Applies as scope `case/k`, losing the answer of the k-th request after the server did its work. */
  const applied = async (k: number, all: readonly Declared[], onRequest: () => void = () => {}) => {
    let requests = 0;
    const server = connect(async (input, init) => {
      const response = await fetch(input, init);
      onRequest();
      if (++requests !== k) return response;
      await response.body?.cancel();
      throw new TypeError("fetch failed");
    });
    const source = (name: string) =>
      all.find(({ item }) => item.name === name)?.source ?? expect.unreachable();
    return await apply({
      load: async () =>
        desired(
          all.map(({ item }) => item),
          { scope: `case/${k}`, source: ({ name }) => source(name) },
        ),
      server,
      organization: "default",
      engine: "rota test",
      options: { ...defaultPlanOptions, prune: true, allowDeletes: true },
      actor: "test@example.com",
      runtime: stillRuntime,
    });
  };

  const versions = async (...names: readonly string[]) => {
    const headers = { authorization: `Basic ${token}` };
    const answer = await fetch(`${address}/api/default/actions`, { headers });
    const live = (await answer.json()) as { name: string; version: number }[];
    return live.filter(({ name }) => names.includes(name)).map(({ version }) => version);
  };
  // Both made; both changed once; `a` made anew and renamed, `b` gone.
  const expected = [[1, 1], [2, 2], [2]];

  for (let k = 1, last = 1; k <= last; k++) {
    const [email, a, b] = [`lost-${k}@example.com`, `lost_a_${k}`, `lost_b_${k}`];
    const account = declaredAccount(email, "action_scripts:_all_default");
    const by = { serviceAccount: email };
    // Made, changed, replaced and deleted: each with the k-th answer lost, of as many as there are.
    const steps = [
      [account, declaredAction(a, by), declaredAction(b, by)],
      [account, declaredAction(a, { ...by, env: { LEVEL: "1" } }), declaredAction(b, by, "return 1")],
      [account, declaredAction(a, { ...by, type: "realtime" })],
    ];
    for (const [index, step] of steps.entries()) {
      let requests = 0;
      const report = await applied(k, step, () => {
        requests++;
      });
      last = Math.max(last, requests);
      expect({ k, failed: report.items.filter(({ outcome }) => outcome !== "done") }).toEqual({
        k,
        failed: [],
      });
      expect({ k, exit: report.exitCode, ledger: report.ledger.state }).toEqual({
        k,
        exit: 0,
        ledger: "advanced",
      });
      // Every upload makes a version: one too many would show here.
      expect({ k, index, versions: await versions(a, b) }).toEqual({ k, index, versions: expected[index] });
    }
    const live = (await connect(fetch).target.list()).filter(
      ({ name }) => name.includes(`_${k}`) || name === email,
    );
    expect(
      live
        .filter(({ managedBy }) => managedBy === `case/${k}`)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([email, a].sort());
  }
  await stop();
}, 120_000); // one more list in each plan, and each of its requests is lost once
