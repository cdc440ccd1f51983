import { describe, expect, it } from "vitest";
import { readAlerts } from "../../../../src/core/alert/read/read-alerts.ts";
import { payload } from "./payload.ts";

/** What Alertmanager 0.25 really sent, recorded. */
const read = (name: string) => {
  const found = readAlerts("alertmanager", payload(`alertmanager/${name}`), "alertmanager");
  if (!found.ok) throw new TypeError(found.problem);
  return found.alerts;
};

describe("recorded from a real Alertmanager", () => {
  it("a firing alert and what resolves it are of one series, to the microsecond", () => {
    const [firing, ...others] = read("firing");
    const [resolved] = read("resolved");
    expect(others).toEqual([]);
    expect(firing).toMatchObject({
      name: "ServiceDown",
      state: "firing",
      labels: { alertname: "ServiceDown", service: "nginx", instance: "web-1:9100", severity: "critical" },
      startsAt: Date.parse("2026-11-26T05:00:14.997Z") * 1000 + 92,
      endsAt: undefined,
      url: "http://prometheus.example.com:9090/graph?g0.expr=up+%3D%3D+0",
    });
    expect(resolved).toMatchObject({
      state: "resolved",
      fingerprint: firing!.fingerprint,
      startsAt: firing!.startsAt,
      endsAt: Date.parse("2026-11-26T05:00:20Z") * 1000,
    });
  });

  it("a group has an alert for each of its series", () => {
    const alerts = read("grouped");
    expect(alerts.map(({ labels }) => labels.instance)).toEqual(["web-1:9100", "web-2:9100", "web-3:9100"]);
    expect(new Set(alerts.map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(alerts.every(({ url }) => url === undefined)).toBe(true);
  });

  it("of a group that max_alerts has cut short, those that came are taken", () => {
    expect(payload("alertmanager/truncated")).toMatchObject({ truncatedAlerts: 3 });
    expect(read("truncated").map(({ labels }) => labels.instance)).toEqual(["web-1", "web-2"]);
  });
});
