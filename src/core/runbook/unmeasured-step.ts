import { unmeasured } from "../run/unmeasured.ts";
import type { StepEnd } from "./decide-step.ts";

/** The end of an attempt that never began, or of which nobody knows the end. */
export function unmeasuredStep(...asked: Parameters<typeof unmeasured>): StepEnd {
  const { resultSize: _, ...end } = unmeasured(...asked);
  return { ...end, outputs: {} };
}
