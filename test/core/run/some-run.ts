import { queuedRun } from "../../../src/core/run/queued-run.ts";
import type { Run } from "../../../src/core/run/run.ts";
import type { Instant } from "../../../src/core/time.ts";

/** A queued run of some action. */
export const someRun = (now: Instant): Run =>
  queuedRun(
    {
      id: "2sXyEw7f5sKk8pGk1n0Q0h4cZbT",
      organization: "default",
      actionId: "2sXyEw7f5sKk8pGk1n0Q0h4cZbA",
      actionName: "check",
      version: 1,
      digest: "d",
      trigger: { kind: "manual" },
      actor: "a@example.com",
      category: undefined,
    },
    now,
  );
