import type { Action, Schedule } from "../../core/action/action.ts";
import { scheduleText } from "../../core/schedule/schedule-text.ts";
import { usageError } from "../cli-error.ts";
import { memberName, type WorkTree } from "../repository/work-tree-actions.ts";

export interface Scheduled {
  readonly name: string;
  readonly enabled: boolean;
  readonly schedule: Schedule;
}

/** The actions of a work tree that have a schedule, by name; `invalid`: names of those that could not be read. */
export function scheduledActions({ members }: WorkTree): {
  readonly scheduled: readonly Scheduled[];
  readonly invalid: readonly string[];
} {
  const byName = members.toSorted((a, b) => (memberName(a) < memberName(b) ? -1 : 1));
  return {
    scheduled: byName.flatMap(({ action }) => (action?.schedule === undefined ? [] : [scheduledOf(action)])),
    invalid: byName.filter(({ action }) => action === undefined).map(memberName),
  };
}

/** @throws CliError (exit 2) for an action without a schedule */
export function scheduledOf({ name, enabled, schedule, type, ...rest }: Action): Scheduled {
  if (schedule !== undefined) return { name, enabled, schedule };
  const starts = "mode" in rest ? `its mode is ${rest.mode}` : "it runs when it is called";
  throw usageError(
    `${name} has no schedule: ${type === "scheduled" ? "alerts or events start it" : starts}`,
    type === "runbook" ? "`mode: scheduled` and a `schedule` give it one." : undefined,
  );
}

/** What the JSON of each answer says of an action. */
export const scheduledJson = ({ name, enabled, schedule }: Scheduled) => ({
  action: name,
  enabled,
  schedule: scheduleText(schedule),
  timezone: schedule.timezone,
});
