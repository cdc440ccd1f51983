import type { Run } from "../../core/run/run.ts";
import type { RunStore } from "../ports/run-store.ts";

/** How many runs may lead to one another by events. */
const deepest = 8;

/**
 * A run and those that led to it, by events, notifications and steps: the newest first. Somebody who starts or retries
 * one begins anew.
 */
export async function chainOf(store: Pick<RunStore, "get">, run: Run): Promise<readonly Run[]> {
  const chain: Run[] = [];
  for (let above: Run | undefined = run; above !== undefined && chain.length < 100; ) {
    chain.push(above);
    const { organization, trigger }: Run = above;
    above =
      trigger.kind === "event" || trigger.kind === "notification" || trigger.kind === "step"
        ? await store.get(organization, trigger.run)
        : undefined;
  }
  return chain;
}

/** Why an action must not follow a run: it would start itself, or the chain is long already. undefined: it may. */
export function endless(
  chain: readonly Run[],
  next: { readonly actionId: string; readonly name: string },
): string | undefined {
  const before = chain.findIndex(({ actionId }) => actionId === next.actionId);
  if (before !== -1) {
    const names = chain.slice(0, before + 1).map(({ actionName }) => actionName);
    return `Not started: it would start itself without end (${[...names.toReversed(), next.name].join(" → ")}).`;
  }
  const depth = depthAfter(chain);
  return depth > deepest
    ? `Not started: ${deepest} runs have started one another by events already.`
    : undefined;
}

/** The depth of a run that follows. What history has forgotten is counted in the triggers. */
export function depthAfter(chain: readonly Run[]): number {
  const events = chain.findIndex(({ trigger }) => trigger.kind === "event");
  const trigger = chain[events]?.trigger;
  return 1 + (trigger?.kind === "event" ? trigger.depth : 0);
}
