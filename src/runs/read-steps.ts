import type { Run } from "../core/run/run.ts";
import { allSteps } from "../core/runbook/step-run.ts";
import type { RunStore } from "./ports/run-store.ts";
import type { RunsService } from "./service.ts";

/** Every step of a run of a runbook, by the version that it pins; undefined: the action has none. */
export async function readSteps(
  store: Pick<RunStore, "pinned" | "steps">,
  run: Run,
): ReturnType<RunsService["steps"]> {
  const version = await store.pinned(run.id);
  if (version?.action.type !== "runbook" || run.trigger.kind === "build") return undefined;
  const { action } = version;
  return { action, steps: allSteps(action, run, await store.steps(run.id)) };
}
