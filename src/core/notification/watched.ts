import type { Action, NotificationCause } from "../action/action.ts";
import type { RunState } from "../run/run.ts";

/** The states of a run that may be told of. */
export const statesOf: Readonly<Record<NotificationCause, readonly RunState[]>> = {
  failure: ["failed", "timed_out", "interrupted"],
  recovery: ["succeeded"],
  success: ["succeeded"],
  approval: ["waiting"],
};

/** Runs that something may follow: those of an action of this name (undefined: its own) that come to a state. */
export interface Watched {
  readonly name: string | undefined;
  readonly state: string;
}

/** What an action follows: ends of others that start it, unless it is disabled, and its own runs that it tells of. */
export function watched({ events, notify, enabled }: Action): readonly Watched[] {
  const starts = enabled ? events.map(({ run, state }) => ({ name: run, state })) : [];
  const causes = new Set(notify.flatMap(({ on }) => on));
  const told = new Set([...causes].flatMap((cause) => statesOf[cause]));
  return [...starts, ...[...told].map((state) => ({ name: undefined, state }))];
}
