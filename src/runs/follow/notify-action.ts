import type { JsonObject } from "../../core/json.ts";
import type { Message } from "../../core/notification/message.ts";
import type { Run } from "../../core/run/run.ts";
import type { Instant } from "../../core/time.ts";
import type { Sealer } from "../ports/around.ts";
import type { Version } from "../ports/run-store.ts";
import { givenRun } from "../start/given-run.ts";
import { type Beginning, endedRun } from "../start/new-run.ts";
import { newRunId } from "../start/start-run.ts";
import { endless } from "./chain.ts";
import type { FollowingRun } from "./event-runs.ts";

/**
 * The run of an action that tells of another one's. A real-time action gets the message as its one record, a runbook
 * those parameters that it declares.
 */
export async function tellByAction(
  sealer: Sealer,
  version: Version,
  message: Message,
  chain: readonly Run[],
  cause: Pick<Beginning, "trigger" | "actor" | "address">,
  now: Instant,
): Promise<FollowingRun> {
  const { action } = version;
  const begun = { id: newRunId(now), ...cause, key: message.id, alert: undefined, now };
  const why = action.enabled
    ? endless(chain, { actionId: version.actionId, name: action.name })
    : "Not started: the action is disabled (enabled: false).";
  if (why !== undefined)
    return { run: { ...endedRun(version, begun, "skipped", why), isLast: true }, input: undefined };
  const told = Object.entries(parametersFor(message)).filter(([name]) =>
    Object.hasOwn(action.parameters, name),
  );
  // As values, not as templates: what a run said is not evaluated.
  const variables = { parameters: Object.fromEntries(told) };
  const parameters = Object.fromEntries(told.map(([name]) => [name, `\${{ parameters.${name} }}`]));
  const run = await givenRun(sealer, version, begun, { giver: "notification", parameters, variables });
  return { run, input: action.type === "realtime" ? [message] : undefined };
}

/** What a runbook that tells may declare as its parameters. */
const parametersFor = (message: Message): JsonObject => ({
  event: message.event,
  organization: message.organization,
  action: message.action.name,
  run: message.run?.id ?? "",
  state: message.run?.state ?? "",
  reason: message.run?.reason ?? "",
  actor: message.run?.actor ?? "",
  trigger: message.run?.trigger ?? "",
  text: message.text,
  notification: message,
});
