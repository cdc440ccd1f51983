import { describe, expect, it } from "vitest";
import type { ReceiverKind } from "../../../../src/core/alert/alert.ts";
import { readAlerts } from "../../../../src/core/alert/read/read-alerts.ts";
import type { Json } from "../../../../src/core/json.ts";
import { alertsOf, payload } from "./payload.ts";

const at = (text: string) => Date.parse(text) * 1000;
const problem = (kind: ReceiverKind, body: Json) => {
  const read = readAlerts(kind, body, kind);
  return read.ok ? undefined : read.problem;
};

describe("alertmanager", () => {
  it("has an alert for each of the message, each in its own state and with itself as the record", () => {
    const [first, second] = alertsOf("alertmanager-firing");
    const sent = (payload("alertmanager-firing") as { alerts: Json[] }).alerts;
    expect(first).toEqual({
      receiver: "alertmanager",
      name: "ServiceDown",
      state: "firing",
      labels: {
        alertname: "ServiceDown",
        instance: "web-1.example.com:9100",
        job: "node",
        service: "nginx",
        severity: "critical",
      },
      annotations: {
        health: "http://web-1.example.com/healthz",
        runbook_url: "https://runbooks.example.com/service-down",
        summary: "nginx on web-1 does not answer",
      },
      fingerprint: "c1f4a9d3b5e70826",
      startsAt: at("2027-03-01T07:10:14.218Z"),
      endsAt: undefined,
      url: expect.stringMatching(/^http:\/\/prometheus\.example\.com:9090\/graph\?/),
      fields: sent[0],
      inputs: [sent[0]],
    });
    expect(second).toMatchObject({ state: "resolved", endsAt: at("2027-03-01T07:09:44.218Z") });
  });

  it("has the same fingerprint for a firing and what resolves it", () => {
    const [firing] = alertsOf("alertmanager-firing");
    const [resolved] = alertsOf("alertmanager-resolved");
    expect(resolved).toMatchObject({ state: "resolved", fingerprint: firing!.fingerprint });
  });

  it("takes the message's state for an alert that names none, and names one without the label", () => {
    const read = readAlerts(
      "alertmanager",
      { status: "resolved", alerts: [{ labels: { job: "node" } }] },
      "a",
    );
    expect(read).toMatchObject({ ok: true, alerts: [{ state: "resolved", name: "unnamed" }] });
  });

  it.each<[string, Json, string]>([
    ["a text", "hello", 'it has no list "alerts"'],
    ["another object", { name: "DiskFull" }, 'it has no list "alerts"'],
    ["a text among the alerts", { alerts: ["x"] }, "alerts[0] is no object"],
    ["another state", { alerts: [{ status: "odd" }] }, "alerts[0].status must be firing or resolved"],
  ])("refuses %s in a sentence", (_, body, part) => {
    expect(problem("alertmanager", body)).toContain(part);
  });
});

describe("grafana", () => {
  it("has what Grafana says beyond Alertmanager in fields, and leads to the panel", () => {
    const [alert] = alertsOf("grafana-firing");
    expect(alert).toMatchObject({
      name: "High memory usage",
      state: "firing",
      fingerprint: "c6eadffa33fcdf37",
      startsAt: at("2027-03-01T07:10:30Z"),
      url: "https://grafana.example.com/d/rYdddlPWk?orgId=1&viewPanel=74",
      fields: { values: { A: 96.43923, C: 1 } },
    });
    expect(alert!.inputs).toHaveLength(1);
  });

  it("resolves it, where there is no panel with the rule's address", () => {
    expect(alertsOf("grafana-resolved")).toMatchObject([
      {
        state: "resolved",
        fingerprint: "c6eadffa33fcdf37",
        endsAt: at("2027-03-01T07:21:30Z"),
        url: "https://grafana.example.com/alerting/grafana/bdx3k7v9q2f4wc/view?orgId=1",
      },
    ]);
  });
});

describe("openobserve", () => {
  it("makes one record of an object", () => {
    const body = payload("openobserve-firing");
    expect(alertsOf("openobserve-firing")).toMatchObject([
      {
        name: "checkout_errors",
        state: "firing",
        labels: { severity: "critical", stream_name: "checkout", org_name: "default" },
        startsAt: undefined,
        url: expect.stringMatching(/^https:\/\/observe\.example\.com\/web\/logs/),
        fields: { alert_count: "17", service: "checkout" },
        inputs: [body],
      },
    ]);
  });

  it("makes many records of a list, of one alert", () => {
    const body = payload("openobserve-rows");
    expect(alertsOf("openobserve-rows")).toMatchObject([
      { name: "checkout_errors", fields: { pod: "checkout-6d9f-x2x8k" }, inputs: body },
    ]);
  });

  it("takes the body with which OpenObserve calls an action", () => {
    const { inputs } = payload("openobserve-trigger") as { inputs: Json };
    expect(alertsOf("openobserve-trigger")).toMatchObject([{ name: "checkout_errors", inputs }]);
  });

  it("has one fingerprint for every message of an alert, and another one for another alert", () => {
    const [[firing], [resolved]] = [alertsOf("openobserve-firing"), alertsOf("openobserve-resolved")];
    expect(resolved).toMatchObject({ state: "resolved", fingerprint: firing!.fingerprint });
    const other = { ...(payload("openobserve-firing") as object), alert_name: "other" };
    expect(readAlerts("openobserve", other, "openobserve")).not.toMatchObject({
      alerts: [{ fingerprint: firing!.fingerprint }],
    });
  });

  it.each([["alertname"], ["name"], ["alert_name"]])("takes the name from %s", (key) => {
    expect(readAlerts("openobserve", { [key]: "x" }, "o")).toMatchObject({ alerts: [{ name: "x" }] });
  });

  it.each<[Json, string]>([
    ["hello", 'Unsupported message format for actions: "hello"'],
    [7, "Unsupported message format for actions: 7"],
    [null, "Unsupported message format for actions: null"],
    [{ text: "it is down" }, 'write "alert_name": "{alert_name}" into the alert\'s template'],
    [[], "The message names no alert"],
    [[1], "The message names no alert"],
  ])("refuses %j", (body, part) => {
    expect(problem("openobserve", body)).toContain(part);
  });
});

describe("json", () => {
  it("reads an alert, numbers among labels as texts, and keeps what it does not know", () => {
    expect(alertsOf("json-firing")).toMatchObject([
      {
        name: "BackupMissing",
        state: "firing",
        labels: { severity: "warning", host: "db-1", age_hours: "31" },
        annotations: { summary: "No backup of db-1 for 31 hours" },
        startsAt: at("2027-03-01T07:00:00Z"),
        url: "https://backups.example.com/db-1",
        fields: { attempts: 3 },
      },
    ]);
  });

  it("reads a list, and resolves by the same name and labels", () => {
    expect(alertsOf("json-resolved")).toMatchObject([
      {
        state: "resolved",
        endsAt: at("2027-03-01T09:30:00Z"),
        fingerprint: alertsOf("json-firing")[0]!.fingerprint,
      },
    ]);
  });

  it("fires where no state is named, and prefers the label alertname", () => {
    const body = { name: "a", labels: { alertname: "b" } };
    expect(readAlerts("json", body, "json")).toMatchObject({ alerts: [{ name: "b", state: "firing" }] });
  });

  it.each<[Json, string]>([
    ["x", 'An alert is an object such as {"name": "DiskFull"}'],
    [{}, 'The alert has no name: write {"name": "DiskFull"}'],
    [[{ name: "a" }, 3], "The alert [1] is no object"],
    [{ name: "a", state: "odd" }, 'a state that is neither "firing" nor "resolved"'],
    [Array(1001).fill({ name: "a" }), "The message has 1001 alerts, and one message may have 1000"],
  ])("refuses %#", (body, part) => {
    expect(problem("json", body)).toContain(part);
  });
});
