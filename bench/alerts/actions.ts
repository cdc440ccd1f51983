/*
 * The actions that alerts are judged by, as the files of a repository: one that starts, and a crowd whose links do not
 * match, as on a server that people use.
 */

/** How many different keys the alerts have. */
export const services = 20;
const crowd = 100;

export const linkedActions: Readonly<Record<string, string>> = {
  "rota.yaml": "scope: bench\n",
  "actions/restart/action.yaml": `type: runbook
mode: triggered
timeout: 5m
concurrency: { overlap: queue }
alerts:
  - match: alert.name == "ServiceDown" && alert.labels.severity == "critical"
    key: alert.labels.service
    cooldown: 1h
    parameters: { service: "\${{ alert.labels.service }}" }
parameters:
  service: { type: string }
steps:
  - { name: Restart, run: "true" }
`,
  ...Object.fromEntries(Array.from({ length: crowd }, (_, number) => crowdAction(number))),
};

function crowdAction(number: number): readonly [string, string] {
  return [
    `actions/other_${number}/action.yaml`,
    `type: runbook
mode: triggered
alerts: [{ match: 'alert.name == "Other${number}" && alert.labels.team == "ops"' }]
steps: [{ name: Nothing, run: "true" }]
`,
  ];
}
