import { describe, expect, it } from "vitest";
import { diffRuns } from "../../../src/core/run/diff-runs.ts";
import type { Diffed, DiffedRun, DiffedStep } from "../../../src/core/run/diffed-run.ts";

const step = (fields: Partial<DiffedStep> = {}): DiffedStep => ({
  id: "restart",
  name: "Restart",
  provider: { name: "web-1", digest: "a".repeat(64) },
  state: "succeeded",
  reason: null,
  attempts: [{ exit_code: 0, signal: null, cause: "succeeded", duration: 100 }],
  outputs: { pid: "12" },
  ...fields,
});
const run = (fields: Partial<DiffedRun> = {}): DiffedRun => ({
  id: "3AbCdEfGhIjKlMnOpQrStUvWxYz",
  action_name: "restart_nginx",
  version: 1,
  state: "succeeded",
  cause: "succeeded",
  reason: null,
  trigger: { kind: "schedule", fire: 1 },
  actor: "system",
  parameters: { service: "nginx" },
  duration: 900,
  steps: [step()],
  ...fields,
});
const version = { code_digest: "c".repeat(64), action: { name: "restart_nginx", type: "runbook" } };
const side = (fields: Partial<DiffedRun> = {}, of: Diffed["version"] = version): Diffed => ({
  run: run(fields),
  version: of,
});

/** "about path: before -> after" of each difference. */
const told = (before: Diffed, after: Diffed) =>
  diffRuns(before, after).differences.map(
    ({ about, step: id, path, before: old, after: now }) =>
      `${about}${id === null ? "" : ` ${id}`} ${path}: ${JSON.stringify(old)} -> ${JSON.stringify(now)}`,
  );

describe("diffRuns", () => {
  it("finds nothing between two runs that differ in ids, ticks and milliseconds alone", () => {
    const later = side({ id: "3ZbCdEfGhIjKlMnOpQrStUvWxYz", trigger: { kind: "schedule", fire: 2 } });
    expect(diffRuns(side(), later)).toEqual({ differences: [], notes: [] });
    expect(told(side({ duration: 900 }), side({ duration: 1799 }))).toEqual([]);
    expect(told(side({ duration: 1 }), side({ duration: 1000 }))).toEqual([]);
    expect(told(side({ duration: null }), side({ duration: 90_000 }))).toEqual([]);
  });

  it("finds what took much longer", () => {
    expect(told(side({ duration: 1000 }), side({ duration: 2000 }))).toEqual([
      "outcome duration: 1000 -> 2000",
    ]);
  });

  it("tells how they ended, what they were given, and what became of each step, in this order", () => {
    const other = {
      code_digest: "d".repeat(64),
      action: { name: "restart_nginx", type: "runbook", timeout: "5m", tags: ["web"] },
    };
    const failed = side(
      {
        state: "failed",
        cause: null,
        reason: "Step restart failed.",
        version: 2,
        actor: "ada@example.com",
        trigger: { kind: "alert", name: "NginxDown" },
        parameters: { service: "nginx", force: true },
        retry_of: "3YbCdEfGhIjKlMnOpQrStUvWxYz",
        steps: [
          step({
            state: "failed",
            reason: "It exited with 5.",
            provider: { name: "web-1", digest: "b".repeat(64) },
            attempts: [
              { exit_code: 1, signal: null, cause: "failed", duration: 100 },
              { exit_code: 5, signal: null, cause: "failed", duration: 30_100 },
            ],
            outputs: {},
          }),
          step({ id: "report", name: "Report", state: "skipped", provider: null, attempts: [], outputs: {} }),
        ],
      },
      other,
    );
    expect(told(side(), failed)).toEqual([
      'outcome state: "succeeded" -> "failed"',
      'outcome cause: "succeeded" -> null',
      'outcome reason: null -> "Step restart failed."',
      "start version: 1 -> 2",
      `start code: "${"c".repeat(64)}" -> "${"d".repeat(64)}"`,
      'start trigger: "schedule" -> "alert NginxDown"',
      'start actor: "system" -> "ada@example.com"',
      'start retry_of: null -> "3YbCdEfGhIjKlMnOpQrStUvWxYz"',
      'action tags: null -> ["web"]',
      'action timeout: null -> "5m"',
      "parameters force: null -> true",
      'step restart state: "succeeded" -> "failed"',
      'step restart reason: null -> "It exited with 5."',
      `step restart provider_digest: "${"a".repeat(64)}" -> "${"b".repeat(64)}"`,
      "step restart attempts: 1 -> 2",
      "step restart exit_code: 0 -> 5",
      'step restart cause: "succeeded" -> "failed"',
      "step restart duration: 100 -> 30100",
      'step restart outputs.pid: "12" -> null',
      'step report name: null -> "Report"',
      'step report state: null -> "skipped"',
      "step report attempts: null -> 0",
    ]);
  });

  it("turns round when its sides are", () => {
    const [a, b] = [side({ state: "failed", parameters: {} }), side({ steps: [] })];
    const turned = diffRuns(b, a).differences.map((one) => ({
      ...one,
      before: one.after,
      after: one.before,
    }));
    expect(turned).toEqual(diffRuns(a, b).differences);
  });

  it("says what it cannot compare", () => {
    const secret = {
      ...version,
      action: { parameters: { token: { type: "string", secret: true }, host: {}, other: { secret: true } } },
    };
    const masked = side({ parameters: { token: "[secret]", host: "a" } }, secret);
    expect(diffRuns(masked, masked).notes).toEqual([
      "History masks secret parameters (token): whether they were the same is unknown.",
    ]);
    const gone = { run: run(), version: undefined };
    expect(diffRuns(gone, side())).toEqual({
      differences: [{ about: "start", step: null, path: "code", before: null, after: "c".repeat(64) }],
      notes: ["What the action said is not known of both, so that it was not compared."],
    });
  });

  it("takes nothing for a difference that a hostile name would make", () => {
    const odd = (value: string) =>
      side({ parameters: JSON.parse(`{"__proto__": "${value}", "a.b[0]": 1}`) as DiffedRun["parameters"] });
    expect(told(odd("x"), odd("x"))).toEqual([]);
    expect(told(odd("x"), odd("y"))).toEqual(['parameters __proto__: "x" -> "y"']);
  });
});
