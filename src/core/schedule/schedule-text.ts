import type { Schedule } from "../action/action.ts";
import { toMilliseconds } from "../time.ts";

/** A schedule in a few words, without its zone: "weekly on mon, thu at 07:10", or the cron expression. */
export function scheduleText({ timing }: Schedule): string {
  if (timing.kind === "cron") return timing.expression;
  if (timing.kind === "at") return `at ${new Date(toMilliseconds(timing.at)).toISOString()}`;
  if (timing.kind === "once") return "once, when it is created";
  const { frequency, time, days, dayOfMonth } = timing;
  if (frequency === "daily") return `daily at ${time}`;
  if (frequency === "weekly") return `weekly on ${days.join(", ")} at ${time}`;
  return `monthly on ${dayOfMonth === "last" ? "the last day" : `day ${dayOfMonth ?? 1}`} at ${time}`;
}
