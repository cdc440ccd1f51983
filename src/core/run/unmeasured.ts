import type { ExecutionEnd } from "./run-event.ts";

/** An execution that never began, or of which nobody knows the end. */
export const unmeasured = (end: "not_started" | "lost" | "cancelled", reason: string): ExecutionEnd => ({
  end,
  reason,
  isolation: undefined,
  exitCode: undefined,
  signal: undefined,
  duration: undefined,
  peakMemory: undefined,
  cpuTime: undefined,
  resultSize: undefined,
});
