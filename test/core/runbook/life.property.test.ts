import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunbookAction } from "../../../src/core/action/action.ts";
import { arrows, decide } from "../../../src/core/run/decide.ts";
import { isRefusal } from "../../../src/core/run/refusal.ts";
import { isFinal } from "../../../src/core/run/run.ts";
import { decideStep, stepArrows } from "../../../src/core/runbook/decide-step.ts";
import { progressOf } from "../../../src/core/runbook/progress.ts";
import { allSteps, isFinalStep, type Runbook } from "../../../src/core/runbook/step-run.ts";
import { someVersion } from "../../contract/run-store.ts";
import { samples } from "../../samples.ts";
import { foretell } from "./foretell.ts";
import { play, runbookOf } from "./play.ts";
import { type Scenario, scenarios } from "./scenario.ts";

const played = (scenario: Scenario) =>
  play(scenario, someVersion(runbookOf(scenario)).action as RunbookAction);
/** Every step with its end, as history shows a run. */
const shown = ({ action, run, steps }: Runbook) =>
  allSteps(
    action,
    run,
    steps.filter(({ state }) => state !== "pending"),
  );
const last = (history: readonly Runbook[]) => history.at(-1) as Runbook;
const check = (holds: (scenario: Scenario) => void, few = 500) =>
  fc.assert(fc.property(scenarios, holds), { ...samples(few, 100_000), verbose: 1 });

describe("a runbook, whatever happens to it", () => {
  it("C3 C4 C5 C6 G5: comes to what is promised: the end, each step's end and attempts, and what was executed", () => {
    check((scenario) => {
      const { history, executions } = played(scenario);
      const end = last(history);
      expect({
        state: end.run.state,
        steps: shown(end).map(({ state, attempt }) => ({ state, attempts: attempt })),
        executions,
      }).toEqual(foretell(scenario));
    }, 2_000);
  });

  it("C4: executes nothing twice but what may be: further attempts, or an idempotent step after a crash", () => {
    check((scenario) => {
      const { history, executions } = played(scenario);
      for (const [number, step] of scenario.steps.entries()) {
        const times = executions.filter((one) => one === number).length;
        const { attempts } = last(history).steps[number]!;
        const crashes = attempts.filter(({ state }) => state === "interrupted").length;
        expect(times).toBe(attempts.length);
        expect(times - 1).toBeLessThanOrEqual(step.retries + (step.idempotent ? crashes : 0));
        const succeeded = attempts.findIndex(({ state }) => state === "succeeded");
        if (succeeded !== -1) expect(succeeded).toBe(attempts.length - 1);
      }
      // In the order of the steps.
      expect(executions).toEqual(executions.toSorted((a, b) => a - b));
    });
  });

  it("G2: goes forwards: progress never falls, and is whole only when nothing but the end is left", () => {
    check((scenario) => {
      let finished = 0;
      for (const state of played(scenario).history) {
        const progress = progressOf(state);
        expect(progress.finished).toBeGreaterThanOrEqual(finished);
        finished = progress.finished;
        const isWhole = progress.finished === progress.known;
        if (isWhole) expect(state.steps.every((step) => isFinalStep(step.state))).toBe(true);
        if (!isFinal(state.run.state)) expect(progress.known).toBe(scenario.steps.length);
      }
    });
  });

  it("takes the drawn ways alone, to one end, after which nothing happens", () => {
    check((scenario) => {
      const { history } = played(scenario);
      for (const [index, now] of history.slice(1).entries()) {
        const before = history[index] as Runbook;
        expect(isFinal(before.run.state)).toBe(false);
        expect(arrows[before.run.state]).toContain(now.run.state);
        for (const step of now.steps) {
          const { state } = before.steps[step.number]!;
          if (state !== step.state) expect(stepArrows[state]).toContain(step.state);
        }
      }
      const end = last(history);
      const later = end.run.endedAt! + 1_000_000;
      expect(isFinal(end.run.state)).toBe(true);
      expect(isRefusal(decide(end.run, { kind: "cancel", by: "x" }, later))).toBe(true);
      expect(isRefusal(decide(end.run, { kind: "resumed", reason: "", at: later }, later))).toBe(true);
      const skip = { kind: "steps_skipped", skipped: [{ number: 0, reason: "no" }] } as const;
      expect(isRefusal(decideStep(end, skip, later))).toBe(true);
    });
  });

  it("H3: leaves no step of an ended run open, and none without a reason that did not succeed", () => {
    check((scenario) => {
      const end = last(played(scenario).history);
      for (const { state, reason, endedAt, attempts } of shown(end)) {
        expect(isFinalStep(state)).toBe(true);
        if (state !== "succeeded") expect(reason).toEqual(expect.any(String));
        if (attempts.length > 0) expect(endedAt).toBeDefined();
        for (const attempt of attempts) expect(attempt.endedAt).toBeDefined();
      }
      if (end.run.state !== "succeeded") expect(end.run.reason).toEqual(expect.any(String));
    });
  });
});
