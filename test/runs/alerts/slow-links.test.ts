import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { judgeAlerts } from "../../../src/runs/alerts/judge-alerts.ts";
import { linked } from "../../core/alert/some-alert.ts";
import { someAlert } from "./alert-world.ts";

it("links that take long let others have their turn between one and the next, also for one alert", async () => {
  const labels = Object.fromEntries(Array.from({ length: 128 }, (_, at) => [`l${at}`, "x".repeat(100)]));
  const match = 'alert.labels.exists(a, alert.labels.exists(b, alert.labels[b].contains("q")))';
  const action = linked(Array.from({ length: 32 }, () => ({ match })));
  const of = { organization: "default", actionId: "slow", number: 1 };
  const version = { ...of, digest: "", code: "", action };
  const links = { revision: 1, actions: [1, 2, 3, 4].map(() => ({ ...of, version, action })) };
  let judged: unknown;
  let turns = 0;
  void judgeAlerts(links, [someAlert({ labels })]).then((done) => {
    judged = done;
  });
  for (; judged === undefined; turns += 1) await turn();
  expect(judged).toEqual([{ unmatched: 4 * 32, judged: [], starts: [] }]);
  expect(turns).toBeGreaterThan(10);
});
