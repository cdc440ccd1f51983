import { describe, expect, it } from "vitest";
import { alertWorld, resolved, someAlert, someLink } from "./alert-world.ts";

describe("an alert that comes in", () => {
  it("I5: starts the action that is linked to it, and its run says which alert it was", async () => {
    const w = await alertWorld();
    const action = await w.link();
    const taken = await w.send(someAlert());
    expect(taken).toMatchObject({
      received: 1,
      suppressed: 0,
      started: [{ action: action.action.name, alert: "ServiceDown" }],
    });
    const [run] = await w.history();
    const [entry] = await w.entries();
    expect(run).toMatchObject({
      id: taken.started[0]?.run,
      state: "queued",
      actor: "alerts@example.com",
      trigger: { kind: "alert", name: "ServiceDown", receiver: "alertmanager", state: "firing", alert: entry?.id },
      alert: { name: "ServiceDown", labels: { service: "nginx" } },
    });
    expect(entry).toMatchObject({
      state: "firing",
      count: 1,
      labels: { service: "nginx" },
      outcomes: [{ kind: "started", run: run?.id, count: 1, key: "f-nginx", actionName: action.action.name }],
    });
  });

  it("starts nothing where no link matches, and is in the history", async () => {
    const w = await alertWorld();
    await w.link({}, someLink({ match: 'alert.name == "DiskFull"' }), someLink({ on: ["resolved"] }));
    expect(await w.send(someAlert())).toEqual({ received: 1, started: [], suppressed: 0 });
    expect(await w.entries()).toMatchObject([{ unmatched: 2, outcomes: [] }]);
    expect(await w.history()).toEqual([]);
  });
});
