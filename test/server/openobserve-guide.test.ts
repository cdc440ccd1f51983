import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { alertSample } from "../../src/core/wire/destinations/alert-sample.ts";
import { renderTemplate } from "../../src/core/wire/destinations/render-template.ts";
import { ok } from "../contract/wire/world.ts";
import { pageSteps } from "../readme/page-steps.ts";
import { withActions } from "./with-actions.ts";

/*
 * The guide of OpenObserve's alerts: its actions, its template and its destination as they stand on the page. The
 * message is sent as OpenObserve sends one: rendered as its templates are, by the destination's method and headers.
 */

const page = readFileSync("docs/guide/openobserve-alerts.md", "utf8");
const files = new Map(
  pageSteps(page).flatMap((step) => ("path" in step ? [[step.path, step.text] as const] : [])),
);
const [template, destination] = [...page.matchAll(/^```json\n(\{\n.*?)^```$/gms)].map(
  ([, text = ""]) => JSON.parse(text) as Record<string, unknown>,
) as [{ body: string }, { url: string; headers: Record<string, string> }];

const rows = [
  { host: "web-2", service: "checkout", errors: 17 },
  { host: "web-1", service: "checkout", errors: 42 },
];

it("starts the runbook and the real-time action of OpenObserve's guide with what its template says", async () => {
  const world = await withActions();
  const fields = (name: string) =>
    parse(files.get(`actions/${name}/action.yaml`)!) as Record<string, unknown>;
  const account = { schedule: undefined, serviceAccount: "sa@example.com" };
  const main = { "main.py": files.get("actions/list_hosts/main.py")! };
  await world.upload("list_hosts", { ...fields("list_hosts"), ...account }, main);
  const runbook = { ...fields("restart_service"), schedule: undefined, serviceAccount: undefined };
  await world.upload("restart_service", runbook, {});

  const { path } = ok<{ path: string }>(
    await world.request("POST", "alerts/openobserve/address", { json: {} }),
  );
  const [, shown] = /^http:\/\/rota\.example\.com:5090(.*)$/.exec(destination.url) ?? [];
  expect(shown?.replace(/signature=.*/, "")).toBe(path.replace(/signature=.*/, ""));
  const sample = alertSample("default", {});
  const variables = { ...sample.variables, alert_name: "checkout_errors" };
  const body = renderTemplate(template.body, { ...sample, variables, rows, rowTexts: rows });
  const answer = await world.request("POST", path, {
    body,
    headers: destination.headers,
    authorization: null,
  });
  const { received, started, suppressed } = ok<{
    received: number;
    started: { run: string; action: string; alert: string }[];
    suppressed: number;
  }>(answer);
  expect({ received, suppressed }).toEqual({ received: 1, suppressed: 0 });
  expect(started.map(({ action, alert }) => `${action} ${alert}`).sort()).toEqual([
    "list_hosts checkout_errors",
    "restart_service checkout_errors",
  ]);
  for (const { run, action } of started) {
    const log = await world.request("GET", `runs/${run}/logs?follow=true`);
    expect(log.text).toContain(
      action === "list_hosts"
        ? "web-1: 42 errors of checkout"
        : "restarting checkout, see https://openobserve.example.com/web/alerts",
    );
    const ended = await world.get(`runs/${run}`);
    expect(ended).toMatchObject({ state: "succeeded", actor: "receiver:openobserve" });
    if (action === "list_hosts") expect(ended.result).toEqual(rows.toReversed());
  }
});
