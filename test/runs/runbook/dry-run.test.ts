import { expect, it } from "vitest";
import { realWorld } from "./real-world.ts";

const { place, service, store } = realWorld({
  providers: {
    find: async (_, name) =>
      name === "web-1" || name === "web-2"
        ? {
            name,
            digest: "e".repeat(64),
            provider: {
              kind: "ssh",
              host: "web-1.example.com",
              port: 2222,
              user: "ops",
              key: { secret: "web1_key" },
              hostKey: "ssh-ed25519 AAAA",
              jump: name === "web-1" ? "bastion" : undefined,
            },
          }
        : undefined,
  },
});

const manifest = `
type: runbook
parameters:
  service: { type: string }
  token: { type: string, secret: true, optional: true }
  place: { type: string, default: web-1 }
when: parameters.service != "postgres"
env: { REGION: eu, TOKEN: "\${{ has(parameters.token) ? parameters.token : 'none' }}" }
steps:
  - name: Find
    provider: "\${{ parameters.place }}"
    run: systemctl show "$SERVICE"
    env: { SERVICE: "\${{ parameters.service }}" }
  - name: Use
    if: steps.find.outputs.state == "dead"
    run: echo "$STATE"
    env: { STATE: "\${{ steps.find.outputs.state }}", KEY: { secret: nowhere } }
  - name: On failure
    if: previous_failure
    http: { url: "https://example.com/\${{ parameters.service }}" }
  - name: Condition that quotes
    if: has(parameters.token) && int(parameters.token) > 1
    run: "true"
  - name: Never
    if: parameters.service == "redis"
    provider: atlantis
    run: "true"
`;

async function dry(parameters: Record<string, string>) {
  const { actionId } = await place("dry", manifest);
  const told = await service().dryRun({
    organization: "default",
    actionId,
    actor: "a@example.com",
    parameters,
  });
  expect((await store().find({ organization: "default", limit: 10 })).items).toEqual([]);
  return told;
}

it("M1: tells what would run where, with conditions and parameters resolved, and starts nothing", async () => {
  const { state, parameters, steps } = await dry({ service: "nginx", token: "hush-hush-token" });
  expect(state).toBe("queued");
  expect(parameters).toEqual({ service: "nginx", token: "[redacted]", place: "web-1" });
  expect(steps.map(({ would, why }) => [would, why])).toEqual([
    ["run", undefined],
    ["depends", 'On what steps before it give: steps.find.outputs.state == "dead"'],
    ["skip", "It runs only after a failure."],
    ["depends", 'Its condition cannot be evaluated yet: int() cannot read "[redacted]".'],
    ["skip", 'Its condition is not met: parameters.service == "redis"'],
  ]);
  expect(steps[0]).toMatchObject({
    provider: { name: "web-1", target: "ops@web-1.example.com:2222 through bastion", digest: "e".repeat(64) },
    program: { run: 'systemctl show "$SERVICE"' },
    env: { REGION: "eu", SERVICE: "nginx", TOKEN: "[redacted]" },
  });
  expect(steps[0]?.problems).toEqual([
    expect.stringContaining('There is no provider "bastion", which "web-1" goes through'),
  ]);
  expect(steps[1]?.env).toMatchObject({
    STATE: "${{ steps.find.outputs.state }}",
    KEY: { secret: "nowhere" },
  });
  expect(steps[1]?.problems).toEqual([expect.stringContaining("rota secrets set nowhere")]);
  expect(steps[2]?.program).toEqual({ http: { url: "https://example.com/nginx" } });
  expect(steps[4]?.problems).toEqual([expect.stringContaining('There is no provider "atlantis"')]);
  expect(JSON.stringify(steps)).not.toContain("hush-hush");
});

it("M1: tells that a provider's own secret has no value", async () => {
  const { steps } = await dry({ service: "nginx", place: "web-2" });
  expect(steps[0]?.problems).toEqual([
    'The provider "web-2" needs the secret web1_key, which no value was given for: rota secrets set web1_key (for run --local: ROTA_SECRET_WEB1_KEY=…).',
  ]);
});

it("A3: tells that the action's condition would end the run at once", async () => {
  expect(await dry({ service: "postgres" })).toMatchObject({
    state: "skipped",
    reason: 'The condition is not met: parameters.service != "postgres"',
  });
});

it("F4: refuses parameters that a run would refuse", async () => {
  await expect(dry({})).rejects.toMatchObject({ code: "PARAMETERS_INVALID" });
});
