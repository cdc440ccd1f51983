import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";

const payload = (name: string) => fileURLToPath(new URL(`../fixtures/alerts/${name}.json`, import.meta.url));
const runbook = (alerts: string, more = "") =>
  `type: runbook\nmode: triggered\n${more}alerts:\n${alerts}steps: [{ name: Look, run: "true" }]\n`;
const restart = runbook(
  `  - match: alert.name == "ServiceDown" && alert.severity == "critical"
    start: { after: 5m }
    key: alert.labels.service
    cooldown: 15m
    parameters: { service: "\${{ alert.labels.service }}", token: s3cret-value }
`,
  `parameters: { service: { type: string }, token: { type: string, secret: true } }
approval: { required: true }
`,
);
const repository = (more: Record<string, string> = {}) =>
  folder({
    "actions/restart/action.yaml": restart,
    "actions/tell_the_end/action.yaml": runbook(
      '  - { match: alert.name == "ServiceDown", on: [resolved] }\n',
    ),
    "actions/by_team/action.yaml": runbook('  - { match: alert.labels.team == "web" }\n'),
    "actions/off/action.yaml": runbook('  - { match: "true" }\n', "enabled: false\n"),
    ...more,
  });

it("I4: shows which actions an alert would start, when, by which key and with what, and why not the others", async () => {
  const { code, out, err } = await rota(["alerts", "test", payload("alertmanager-firing")], {
    cwd: repository(),
  });
  expect(err).toBe("");
  expect(out).toBe(`ServiceDown (firing, alertmanager): 1 of 4 links start a run
  not     by_team (alerts[0]): match asks for what this alert has not: there is no "team" here; test for it with has(...).
  not     off (alerts[0]): The action is disabled (enabled: false).
  starts  restart (alerts[0]): after 5m and approval, key "nginx", cool-down 15m
          with {"service":"nginx","token":"***"}
  not     tell_the_end (alerts[0]): The alert is firing, and the link is for resolved ones.

ServiceDown (resolved, alertmanager): 1 of 4 links start a run
  not     by_team (alerts[0]): The alert is resolved, and the link is for firing ones.
  not     off (alerts[0]): The action is disabled (enabled: false).
  not     restart (alerts[0]): The alert is resolved, and the link is for firing ones.
  starts  tell_the_end (alerts[0]): at once when resolved
`);
  expect(code).toBe(0);
});

it("tells a program the same as JSON, from standard input, by the receiver that is named", async () => {
  const args = ["alerts", "test", "-", "--receiver", "json", "--format", "json"];
  const input =
    '{"name": "ServiceDown", "labels": {"severity": "critical", "service": "a", "__proto__": "x"}}';
  const { code, out } = await rota(args, { cwd: repository(), input });
  expect(code).toBe(0);
  const { receiver, items } = JSON.parse(out);
  expect(receiver).toBe("json");
  expect(items[0].alert).toMatchObject({ name: "ServiceDown", state: "firing" });
  expect(items[0].links.find(({ action }: { action: string }) => action === "restart")).toEqual({
    action: "restart",
    link: 0,
    verdict: "starts",
    why: null,
    start: "after 5m and approval",
    key: "a",
    cooldown: "15m",
    parameters: { service: "a", token: "***" },
  });
});

it("ends with 3 when a link that matches cannot be carried out, or an action is not valid", async () => {
  const cwd = repository({
    "actions/number/action.yaml": runbook(
      '  - match: alert.name == "BackupMissing"\n    parameters: { count: "${{ alert.labels.host }}" }\n',
      "parameters: { count: { type: integer } }\n",
    ),
    "actions/broken/action.yaml": "type: runbook\n",
  });
  const { code, out, err } = await rota(["alerts", "test", payload("json-firing")], { cwd });
  expect(code).toBe(3);
  expect(out).toContain(
    'failed  number (alerts[0]): The parameters do not fit the action: "count" must be an integer.',
  );
  expect(err).toContain("Not valid, and so not tried: broken. `rota validate` says why.");
});

it.each([
  [["test", "nothing.json"], "nothing.json cannot be read: no such file"],
  [["test", payload("json-firing"), "--receiver", "grafana"], 'it has no list "alerts"'],
  [["test", payload("json-firing"), "--receiver", "odd"], 'There is no receiver "odd"'],
  [["test"], "Which message?"],
  [["address"], "Of which receiver?"],
  [["Down", "Up"], 'rota alerts cannot do "Down"'],
])("ends with 2 for %j, in a sentence", async (args, part) => {
  const { code, err } = await rota(["alerts", ...args], { cwd: repository() });
  expect(err).toContain(part);
  expect(code).toBe(2);
});
