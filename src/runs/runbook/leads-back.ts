import type { Run } from "../../core/run/run.ts";
import type { RunStore } from "../ports/run-store.ts";

/**
 * Whether a run of this action is above `run`, or `run` itself is one. Validation refuses circles within a repository;
 * two repositories can make one together, and each step of it would start as many runs again.
 */
export async function leadsBack(store: Pick<RunStore, "get">, run: Run, actionId: string): Promise<boolean> {
  for (let above: Run | undefined = run; above !== undefined; ) {
    if (above.actionId === actionId) return true;
    const { organization, trigger }: Run = above;
    above = trigger.kind === "step" ? await store.get(organization, trigger.run) : undefined;
  }
  return false;
}
