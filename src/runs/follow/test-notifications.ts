import type { Run } from "../../core/run/run.ts";
import type { Instant } from "../../core/time.ts";
import { RunRefused } from "../run-refused.ts";
import { newRunId } from "../start/start-run.ts";
import { create, type FollowParts } from "./deal-with-followup.ts";
import { tell } from "./notifications.ts";

export interface TestAsk {
  readonly organization: string;
  readonly actionId: string;
  /** E-mail of who asks for it. */
  readonly actor: string;
  /** Where the request came from, for the audit. */
  readonly address?: string | undefined;
}

/**
 * Sends each notification of an action once, as a test; answers the runs that deliver them.
 * @throws RunRefused `ACTION_MISSING`, `NOT_RUNNABLE` where the action has none
 */
export async function testNotifications(
  parts: FollowParts,
  { organization, actionId, actor, address }: TestAsk,
  now: Instant,
): Promise<readonly Run[]> {
  const version = await parts.store.version(organization, actionId);
  if (version === undefined) throw new RunRefused("ACTION_MISSING", "There is no such action.");
  if (version.action.notify.length === 0)
    throw new RunRefused("NOT_RUNNABLE", "The action tells nobody anything: it has no notify.");
  const telling = {
    version,
    occasion: "test",
    causes: ["failure", "approval", "recovery", "success"],
    run: null,
    approval: null,
    counts: null,
    id: `test-${newRunId(now)}`,
    trigger: { kind: "notification", run: "", of: "test" },
    actor,
    address,
    chain: [],
  } as const;
  const following = await tell(parts, telling, now);
  if (following.length === 0)
    throw new RunRefused("NOT_RUNNABLE", "The action that its notify names does not exist.");
  const created = await create(parts, organization, following, (runs) => parts.store.create(runs, undefined));
  return created.map(({ run }) => run);
}
