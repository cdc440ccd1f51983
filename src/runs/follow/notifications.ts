import type { Notification, NotificationCause } from "../../core/action/action.ts";
import type { JsonObject } from "../../core/json.ts";
import { headline, type Message, type Occasion } from "../../core/notification/message.ts";
import { statesOf } from "../../core/notification/watched.ts";
import type { Run, RunState, Trigger } from "../../core/run/run.ts";
import { type Instant, toMilliseconds } from "../../core/time.ts";
import type { Sealer } from "../ports/around.ts";
import type { Followup, RunStore, Version } from "../ports/run-store.ts";
import { deliveries } from "./delivery.ts";
import type { FollowingRun } from "./event-runs.ts";
import { tellByAction } from "./notify-action.ts";

export interface NotifyParts {
  readonly store: Pick<RunStore, "named" | "lastVerdict">;
  readonly sealer: Sealer;
}

/** Why something may be told of a run that has come to a state, the most telling first; empty: there is nothing. */
export async function causesOf(
  { store }: Pick<NotifyParts, "store">,
  { run, state }: Followup,
  { action }: Version,
): Promise<readonly NotificationCause[]> {
  // No notification of a notification.
  if (run.trigger.kind === "notification") return [];
  const wanted = new Set(action.notify.flatMap(({ on }) => on));
  const may = (["approval", "failure", "recovery", "success"] as const).filter(
    (cause) => wanted.has(cause) && statesOf[cause].includes(state as RunState),
  );
  if (!may.includes("recovery") || run.endedAt === undefined) return may;
  const { organization, actionId, id, endedAt } = run;
  const before = await store.lastVerdict({ organization, actionId, run: id, endedAt });
  return before === undefined || before === "succeeded" ? may.filter((cause) => cause !== "recovery") : may;
}

/** A message before it is known which of an action's notifications it goes to. */
export interface Telling {
  readonly version: Version;
  readonly occasion: Occasion;
  /** In place of `occasion` for each notification: the first of these that it is for. */
  readonly causes: readonly NotificationCause[];
  readonly run: JsonObject | null;
  readonly approval: JsonObject | null;
  readonly counts: JsonObject | null;
  /** What the message's id begins with. */
  readonly id: string;
  readonly trigger: Trigger;
  /** E-mail, or "system". */
  readonly actor: string;
  readonly address?: string | undefined;
  readonly chain: readonly Run[];
}

/** The runs that tell: of each notification that is for one of the causes. */
export async function tell(
  parts: NotifyParts,
  telling: Telling,
  now: Instant,
): Promise<readonly FollowingRun[]> {
  const { version, causes } = telling;
  const made: FollowingRun[] = [];
  for (const [index, notification] of version.action.notify.entries()) {
    const cause = causes.find((one) => notification.on.includes(one));
    if (cause !== undefined) made.push(...(await tellOne(parts, telling, notification, index, cause, now)));
  }
  return made;
}

async function tellOne(
  { store, sealer }: NotifyParts,
  telling: Telling,
  { target }: Notification,
  index: number,
  on: NotificationCause,
  now: Instant,
): Promise<readonly FollowingRun[]> {
  const { organization } = telling.version;
  const event = telling.occasion === "summary" || telling.occasion === "test" ? telling.occasion : on;
  const message = messageOf(telling, event, index);
  const { trigger, actor, address } = telling;
  const cause = { trigger, actor, address };
  if (!("action" in target)) return deliveries(sealer, organization, target, message, cause, now);
  const version = await store.named(organization, target.action);
  // Deleted since it was named: there is nobody to tell.
  if (version === undefined) return [];
  return [await tellByAction(sealer, version, message, telling.chain, cause, now)];
}

function messageOf({ version, ...told }: Telling, event: Occasion, index: number): Message {
  const { name } = version.action;
  return {
    version: 1,
    id: `${told.id}-${index + 1}`,
    event,
    organization: version.organization,
    action: { id: version.actionId, name },
    text: headline(event, name, told.run),
    run: told.run,
    approval: event === "approval" ? told.approval : null,
    counts: told.counts,
  };
}

/** Who has to agree to a run, as it is told. */
export const approvalFacts = ({ approval }: Run): JsonObject | null =>
  approval === undefined
    ? null
    : {
        approvers: approval.approvers,
        quorum: approval.quorum,
        expires_at: new Date(toMilliseconds(approval.expiresAt)).toISOString(),
      };
