import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parameterSealer } from "../../../src/access/index.ts";
import { realWorld } from "./real-world.ts";

/* What somebody gives as a parameter reaches a step as data, whatever it is. */

const { run, place, start, store } = realWorld({
  sealer: parameterSealer(randomBytes(32)),
  providers: {
    find: async (_, name) =>
      name === "SuperSecretValue123456"
        ? { name, digest: "e".repeat(64), provider: { kind: "host", user: userInfo().username } }
        : undefined,
  },
});
const marker = join(mkdtempSync(join(tmpdir(), "rota-injected-")), "made");

const hostile = [
  `$(touch ${marker})`,
  `\`touch ${marker}\``,
  `"; touch ${marker}; echo "`,
  `'; touch ${marker}; '`,
  `x\ntouch ${marker}\n`,
  `| touch ${marker}`,
  "-rf",
  "--help",
  "${{ parameters.other }}",
  "$HOME ${IFS} %s %n \\0 \\n",
  "__proto__",
  "ünïcödé \u202e 🦊",
];

it.each(hostile)("N2: %j is never a part of a command, an expression or a template", async (value) => {
  const done = await run(
    `
type: runbook
parameters: { given: { type: string }, other: { type: string, default: other } }
steps:
  - name: Print
    run: printf '%s' "$GIVEN" | base64 | tr -d '\\n'; echo
    env: { GIVEN: "\${{ parameters.given }}" }
  - name: As data
    python: say.py
  - name: In an expression
    if: parameters.given == env.GIVEN_TEXT || true
    run: printf '%s' "$GIVEN" | base64 | tr -d '\\n'; echo
    env: { GIVEN: "\${{ steps.as_data.outputs.given }}" }
env: { GIVEN_TEXT: none }
`,
    { given: value },
    { "say.py": 'def main(data, logger):\n    return {"given": data["parameters"]["given"]}\n' },
  );
  expect(done.run.state, done.log.join("\n")).toBe("succeeded");
  const encoded = Buffer.from(value).toString("base64");
  expect(done.log.filter((line) => line === encoded)).toHaveLength(2);
  expect(existsSync(marker)).toBe(false);
});

it.each([
  ["a wrong type", { n: "seven" }],
  ["less than the least", { n: 0 }],
  ["none where one is needed", {}],
  ["one that is not declared", { n: 1, other: 2 }],
  ["one that the pattern refuses", { n: 1, name: "a b" }],
  ["one that is not among the values", { n: 1, size: "huge" }],
  ["__proto__", JSON.parse('{ "n": 1, "__proto__": { "x": 1 } }')],
])("F4: %s is refused before anything starts", async (_, parameters) => {
  const version = await place(
    "checked",
    `{ type: runbook, parameters: { n: { type: integer, minimum: 1 }, name: { type: string, pattern: "^[a-z]+$", default: a }, size: { enum: [small, large], default: small } }, steps: [{ name: a, run: "true" }] }`,
  );
  const before = (await store().find({ organization: "default", limit: 1000 })).items.length;
  await expect(start(version, parameters)).rejects.toMatchObject({ code: "PARAMETERS_INVALID" });
  expect((await store().find({ organization: "default", limit: 1000 })).items).toHaveLength(before);
});

it("has the safe form at hand where a command holds a template", async () => {
  await expect(
    place(
      "spliced",
      '{ type: runbook, parameters: { s: { type: string } }, steps: [{ name: a, run: "restart ${{ parameters.s }}" }] }',
    ),
  ).rejects.toThrow("a command must not hold");
});

it("N2: shows no half of a secret where a reason quotes the beginning of what holds one", async () => {
  const done = await run(
    `
type: runbook
parameters: { token: { type: string, secret: true } }
steps:
  - { name: Ask, http: { url: "${"x".repeat(180)}\${{ parameters.token }}" } }
`,
    { token: "SuperSecretValue123456" },
  );
  expect(done.run.reason).toContain(`${"x".repeat(180)}[redacted]…`);
  expect(JSON.stringify([done.run, done.steps, done.log])).not.toContain("SuperSec");
});

it("N2: gives no secret to a real-time action, which keeps its records as they come", async () => {
  await place(
    "records",
    "{ type: realtime, serviceAccount: a@example.com, parameters: { token: { type: string, secret: true, optional: true } } }",
    { "main.py": "def main(data, logger):\n    return data\n" },
  );
  const done = await run(
    `
type: runbook
parameters: { token: { type: string, secret: true } }
steps:
  - { name: Send, action: records, parameters: { token: "\${{ parameters.token }}" } }
`,
    { token: "SuperSecretValue123456" },
  );
  expect(done.run.reason).toBe(
    'Step "Send" failed: The member "token" of the record for "records" would be kept with a secret in it: a real-time action takes none from a step.',
  );
});

it("N2: shows no name of a provider that comes from a secret parameter", async () => {
  const done = await run(
    `
type: runbook
parameters: { place: { type: string, secret: true } }
steps: [{ name: There, provider: "\${{ parameters.place }}", run: "true" }]
`,
    { place: "SuperSecretValue123456" },
  );
  expect(done.steps[0]).toMatchObject({ state: "succeeded", provider: { name: "[redacted]" } });
  expect(JSON.stringify([done.run, done.steps, done.log])).not.toContain("SuperSec");
});
