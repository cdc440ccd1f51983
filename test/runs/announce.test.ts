import { expect, it } from "vitest";
import type { Change } from "../../src/core/run/change.ts";
import type { StepChange } from "../../src/core/runbook/step-run.ts";
import { announce } from "../../src/runs/settle.ts";

const aStep = {} as StepChange;

/** The topics that a change rings. */
function rung(fields: Pick<Change, "from" | "to" | "steps">): readonly string[] {
  const heard: string[] = [];
  const bell = { ring: (topic: string) => void heard.push(topic), on: () => () => undefined };
  announce(bell, { run: "r1", ...fields } as Change);
  return heard;
}

it.each<[string, Pick<Change, "from" | "to" | "steps">, readonly string[]]>([
  ["a run that begins: who follows it", { from: "running", to: "running", steps: [] }, ["run:r1"]],
  ["a step of a run that goes on: nobody", { from: "running", to: "running", steps: [aStep] }, []],
  [
    "a run that ends: who follows it, who waits for a place",
    { from: "running", to: "failed", steps: [] },
    ["run:r1", "runs"],
  ],
  [
    "a run that ends with a step: the same",
    { from: "running", to: "interrupted", steps: [aStep] },
    ["run:r1", "runs"],
  ],
  [
    "a run that pauses between steps: the same",
    { from: "running", to: "queued", steps: [] },
    ["run:r1", "runs"],
  ],
])("%s: told", (_, change, topics) => {
  expect(rung(change)).toEqual(topics);
});
