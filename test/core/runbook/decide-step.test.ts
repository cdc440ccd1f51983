import fc from "fast-check";
import { expect, it } from "vitest";
import type { RunbookAction, Step } from "../../../src/core/action/action.ts";
import { isRefusal } from "../../../src/core/run/refusal.ts";
import { causes, type Run } from "../../../src/core/run/run.ts";
import { decideStep, type StepEvent, stepArrows, withSteps } from "../../../src/core/runbook/decide-step.ts";
import { allSteps, isFinalStep, type Runbook } from "../../../src/core/runbook/step-run.ts";
import { samples } from "../../samples.ts";

const now = 1_800_000_000_000_000;
const steps = 3;
const action = {
  name: "check",
  env: {},
  steps: Array.from({ length: steps }, (_, number) => ({ id: `s${number}`, name: `S${number}` }) as Step),
} as unknown as RunbookAction;
const run = { id: "r", state: "running", reason: undefined, cancelAsked: false } as Run;

const step = fc.nat({ max: steps - 1 });
const anyEvent: fc.Arbitrary<StepEvent> = fc.oneof(
  fc.record({
    kind: fc.constant("step_started" as const),
    step,
    provider: fc.constant(undefined),
    child: fc.constant(undefined),
  }),
  fc.record({
    kind: fc.constant("step_ended" as const),
    step,
    retries: fc.record({
      limit: fc.nat({ max: 2 }),
      delay: fc.nat({ max: 1500 }),
      backoff: fc.constant("constant" as const),
    }),
    end: fc.constantFrom(...causes).map((end) => ({
      end,
      reason: end === "succeeded" ? undefined : `it ended: ${end}`,
      isolation: undefined,
      exitCode: undefined,
      signal: undefined,
      duration: 1,
      peakMemory: undefined,
      cpuTime: undefined,
      outputs: {},
    })),
  }),
  fc.record({
    kind: fc.constant("step_stopped" as const),
    step,
    state: fc.constantFrom("failed" as const, "timed_out" as const, "cancelled" as const),
    reason: fc.constant("stopped"),
  }),
  fc.record({
    kind: fc.constant("steps_skipped" as const),
    skipped: fc.array(fc.record({ number: step, reason: fc.constant("no") }), { minLength: 1, maxLength: 2 }),
  }),
);

/** Plays events a second apart; answers every state of the runbook. */
function play(events: readonly StepEvent[]): readonly Runbook[] {
  const history: Runbook[] = [{ action, run, steps: allSteps(action, run, []) }];
  for (const [index, event] of events.entries()) {
    const last = history.at(-1) as Runbook;
    const change = decideStep(last, event, now + index * 1_000_000);
    if (!isRefusal(change)) history.push(withSteps(last, change.steps));
  }
  return history;
}

it("takes no path that the drawn table does not have, and counts every attempt", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      const history = play(events);
      for (const [index, after] of history.slice(1).entries())
        for (const { number, state, attempt, attempts } of after.steps) {
          const before = (history[index] as Runbook).steps[number]!;
          if (before.state !== state) expect(stepArrows[before.state]).toContain(state);
          expect(attempts).toHaveLength(attempt);
          expect(attempt - before.attempt).toBe(before.state !== "running" && state === "running" ? 1 : 0);
        }
    }),
    samples(200, 5000),
  );
});

it("never has two steps under way, nor one before its turn", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      for (const { steps } of play(events)) {
        const open = steps.filter(({ state }) => state === "running" || state === "waiting");
        expect(open.length).toBeLessThanOrEqual(1);
        const [current] = open;
        if (current === undefined) continue;
        expect(steps.slice(0, current.number).every(({ state }) => isFinalStep(state))).toBe(true);
      }
    }),
    samples(200, 5000),
  );
});

it("lets no step go on while its run is not running", () => {
  const runbook = { action, run: { ...run, state: "queued" } as Run, steps: allSteps(action, run, []) };
  expect(
    decideStep(runbook, { kind: "step_started", step: 0, provider: undefined, child: undefined }, now),
  ).toMatchObject({
    refused: "NOT_NOW",
  });
});
