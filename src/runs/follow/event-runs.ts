import type { EventLink } from "../../core/action/action.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Run } from "../../core/run/run.ts";
import type { Instant } from "../../core/time.ts";
import type { Sealer } from "../ports/around.ts";
import type { Followup, NewRun, Version } from "../ports/run-store.ts";
import { givenRun } from "../start/given-run.ts";
import { endedRun } from "../start/new-run.ts";
import { newRunId } from "../start/start-run.ts";
import { depthAfter, endless } from "./chain.ts";

/** A run to be created, and the records that it is given. */
export interface FollowingRun {
  readonly run: NewRun;
  /** Of a real-time action. */
  readonly input: readonly JsonObject[] | undefined;
}

/** The runs that an action's `events` start when a run has ended. */
export async function eventRuns(
  sealer: Sealer,
  { run, state }: Followup,
  facts: JsonObject,
  chain: readonly Run[],
  version: Version,
  now: Instant,
): Promise<readonly FollowingRun[]> {
  const { action } = version;
  // Disabled meanwhile.
  if (!action.enabled) return [];
  const links = action.events
    .map((link, index) => ({ link, index }))
    .filter(({ link }) => link.run === run.actionName && link.state === state);
  const made: FollowingRun[] = [];
  for (const { link, index } of links) {
    const begun = {
      id: newRunId(now),
      trigger: {
        kind: "event",
        run: run.id,
        action: run.actionName,
        state,
        depth: depthAfter(chain),
      } as const,
      actor: "system",
      key: `event:${run.id}:${index}`,
      alert: undefined,
      now,
    };
    const why = endless(chain, { actionId: version.actionId, name: action.name });
    const isRealtime = action.type === "realtime";
    if (why !== undefined)
      made.push({ run: { ...endedRun(version, begun, "skipped", why), isLast: true }, input: undefined });
    else
      made.push({
        run: await givenRun(sealer, version, begun, given(link, facts)),
        input: isRealtime ? [{ event: "run", run: facts }] : undefined,
      });
  }
  return made;
}

const given = ({ parameters }: EventLink, run: JsonObject) => ({
  giver: "event",
  parameters,
  variables: { run },
});
