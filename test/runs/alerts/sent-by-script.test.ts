import { expect, it } from "vitest";
import { alertWorld, someAlert, someLink } from "./alert-world.ts";

it("D4: whoever started the script that sent an alert does not approve the run that it started", async () => {
  const w = await alertWorld("at once");
  await w.link({ name: "guarded" }, someLink({ start: { kind: "approval" } }));
  const script = await w.start(await w.link({ name: "script" }, someLink({ match: "false" })), {
    actor: "ann@example.com",
  });
  const { started } = await w.send(someAlert(), { sender: "sa@example.com", within: script.id });
  const ref = { organization: "default", run: started[0]!.run };
  const vote = (email: string) =>
    w.service.vote({
      ...ref,
      ...{ approves: true, comment: undefined, round: 1 },
      voter: { email, roles: [], isMachine: false, mayApprove: true },
    });
  await expect(vote("ann@example.com")).rejects.toThrow("started what led to the run");
  expect(await vote("bob@example.com")).toMatchObject({ approval: { state: "granted" } });
});
