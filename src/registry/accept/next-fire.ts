import type { Action } from "../../core/action/action.ts";
import { canonicalJson, type Json } from "../../core/json.ts";
import { nextFire } from "../../core/schedule/compile-schedule.ts";
import type { Instant } from "../../core/time.ts";
import type { NextFire } from "../ports.ts";

/** When an action that is created now fires first; undefined: never. `once` fires now. */
export function firstFire(action: Action, now: Instant): Instant | undefined {
  if (!action.enabled || action.schedule === undefined) return undefined;
  return action.schedule.timing.kind === "once" ? now : nextFire(action.schedule, now);
}

/**
 * When an action that changes now fires next. A schedule that did not change is left alone: a tick that
 * is due is not lost, and a `once` that has fired does not fire again.
 */
export function fireAfterChange(before: Action, after: Action, now: Instant): NextFire {
  if (!after.enabled || after.schedule === undefined) return { kind: "set", at: undefined };
  const staysOnce = before.schedule?.timing.kind === "once" && after.schedule.timing.kind === "once";
  if (staysOnce || whenOf(before) === whenOf(after)) return { kind: "keep" };
  return { kind: "set", at: firstFire(after, now) };
}

const whenOf = ({ enabled, schedule }: Action): string =>
  canonicalJson({ enabled, timing: schedule?.timing, timezone: schedule?.timezone } as unknown as Json);
