import { expect, test } from "vitest";
import { outcomeOf } from "../../src/executor/end/outcome.ts";
import { pythonEnding } from "../../src/executor/end/python-ending.ts";
import { shellEnding } from "../../src/executor/end/shell-ending.ts";
import type { EndMessage } from "../../src/executor/sandbox/messages.ts";

/* A machine without memory cannot be had for a test: what the keeper tells then is written down here. */

const limits = { timeout: 1000, grace: 100, memory: 2 ** 29, processes: 64, output: 2 ** 20, disk: 2 ** 20 };
const ended = (fields: Partial<EndMessage>): EndMessage => ({
  op: "end",
  id: "1",
  error: null,
  cause: null,
  code: null,
  signal: null,
  starved: false,
  report: null,
  left: 0,
  guarded: true,
  duration: 12,
  peak: 34,
  cpu: 56,
  ...fields,
});
const python = (fields: Partial<EndMessage>) =>
  outcomeOf(ended(fields), limits, "full", (message) => pythonEnding(message, limits));
const shell = (fields: Partial<EndMessage>) => outcomeOf(ended(fields), limits, undefined, shellEnding);

test("the kernel's kill for want of memory is out of memory, and no crash", () => {
  const measured = { duration: 12, peakMemory: 34, cpuTime: 56, signal: "SIGKILL" };
  expect(python({ signal: "SIGKILL", starved: true })).toMatchObject({
    ...measured,
    end: "out_of_memory",
    reason:
      "The process was ended by SIGKILL before main() returned: the machine ran out of memory, and the kernel ends executions first.",
  });
  expect(shell({ signal: "SIGKILL", starved: true })).toMatchObject({ ...measured, end: "out_of_memory" });
  expect(shell({ code: 137, starved: true })).toMatchObject({ end: "out_of_memory", exitCode: 137 });
});

test("the same signal without want of memory came from somebody", () => {
  for (const outcome of [python({ signal: "SIGKILL" }), shell({ signal: "SIGKILL" }), shell({ code: 137 })]) {
    expect(outcome.end).toBe("failed");
    expect(outcome.reason).toContain("which Rota did not send");
  }
});

test("want of memory elsewhere explains no other end, and no cause of ours is overruled by it", () => {
  expect(python({ signal: "SIGSEGV", starved: true })).toMatchObject({
    end: "failed",
    reason: expect.stringContaining("it crashed"),
  });
  expect(shell({ code: 0, starved: true }).end).toBe("succeeded");
  expect(python({ cause: "timeout", signal: "SIGKILL", starved: true }).end).toBe("timed_out");
});
