import type { Instant } from "../time.ts";
import { readSince, sinceForms } from "./read-since.ts";
import { finalStates, type RunState, type Trigger } from "./run.ts";
import { triggerKinds } from "./trigger-kinds.ts";

/** Which runs of the history are asked for; what is left out does not matter. */
export interface RunFilter {
  readonly states?: readonly RunState[];
  readonly trigger?: Trigger["kind"];
  readonly category?: string;
  /** Created then or later. */
  readonly since?: Instant;
}

/** The same as it is written in an address or on a command line. */
export interface WrittenRunFilter {
  /** Several with commas between them. */
  readonly state?: string | undefined;
  readonly trigger?: string | undefined;
  readonly category?: string | undefined;
  readonly since?: string | undefined;
}

const states: readonly RunState[] = ["waiting", "queued", "running", ...finalStates];

/** @throws RangeError with a sentence that names what may be written. */
export function readRunFilter(
  { state, trigger, category, since }: WrittenRunFilter,
  now: Instant,
): RunFilter {
  return {
    ...(state !== undefined && {
      states: state.split(",").map((one) => oneOf(states, "state", one.trim())),
    }),
    ...(trigger !== undefined && { trigger: oneOf(triggerKinds, "trigger", trigger) }),
    ...(category !== undefined && { category }),
    ...(since !== undefined && { since: instantOf(since, now) }),
  };
}

function oneOf<Word extends string>(words: readonly Word[], what: string, written: string): Word {
  const found = words.find((word) => word === written);
  if (found === undefined)
    throw new RangeError(`The ${what} ${quoted(written)} is none of: ${words.join(", ")}.`);
  return found;
}

function instantOf(written: string, now: Instant): Instant {
  const found = readSince(written, now);
  if (found === undefined) throw new RangeError(`${quoted(written)} is no time; write ${sinceForms}.`);
  return found;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 40));
