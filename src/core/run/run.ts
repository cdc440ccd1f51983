import type { AlertState } from "../alert/alert.ts";
import type { RunApproval } from "../approval/run-approval.ts";
import type { JsonObject } from "../json.ts";
import type { Instant, Milliseconds } from "../time.ts";

export type RunId = string;

export type RunState =
  | "waiting"
  | "queued"
  | "running"
  | "succeeded"
  | "failed"
  | "timed_out"
  | "cancelled"
  | "skipped"
  | "rejected"
  | "expired"
  | "interrupted";

export const finalStates = [
  "succeeded",
  "failed",
  "timed_out",
  "cancelled",
  "skipped",
  "rejected",
  "expired",
  "interrupted",
] as const satisfies readonly RunState[];
export type FinalState = (typeof finalStates)[number];

export const isFinal = (state: RunState): state is FinalState =>
  (finalStates as readonly RunState[]).includes(state);

/** What caused a run. */
export type Trigger = Occasion & {
  /** The run whose script asked for it, with the credential that it was given. */
  readonly within?: RunId;
};
type Occasion =
  | { readonly kind: "schedule"; readonly fire: Instant }
  | { readonly kind: "once" }
  | { readonly kind: "manual" }
  /** OpenObserve's `POST /actions/test/{id}`. */
  | { readonly kind: "test" }
  /** `_search` with `query.action_id`. */
  | { readonly kind: "search" }
  /** An upload whose packages had to be installed: the run is that installation, not the action. */
  | { readonly kind: "build" }
  /** A step of another run; `depth` counts the runs above it. */
  | { readonly kind: "step"; readonly run: RunId; readonly step: string; readonly depth: number }
  /** Once more, from where another run of it failed. */
  | { readonly kind: "retry"; readonly run: RunId }
  | {
      readonly kind: "alert";
      readonly name: string;
      readonly receiver: string;
      readonly state: AlertState;
      /** Of its entry in the history of alerts. */
      readonly alert: string;
    }
  /** An alert of OpenObserve's that came to the action itself, or to a destination of it, instead of to a receiver. */
  | { readonly kind: "destination"; readonly destination: string | null }
  /** The end of another run; `depth` counts the runs above it that one led to the next. */
  | {
      readonly kind: "event";
      readonly run: RunId;
      readonly action: string;
      readonly state: string;
      readonly depth: number;
    }
  /** Tells of a run: that it failed, succeeded again, waits for approval. */
  | { readonly kind: "notification"; readonly run: RunId; readonly of: string };

/** Every way that an execution can end. */
export const causes = [
  "succeeded",
  "failed",
  "timed_out",
  "cancelled",
  "out_of_memory",
  "output_limit",
  "not_started",
  "lost",
] as const;
export type Cause = (typeof causes)[number];

/** The isolation that an execution really had. */
export type IsolationLevel = "full" | "reduced" | "basic";

/** One execution of one version of one action. A run pins version and parameters for ever. */
export interface Run {
  readonly id: RunId;
  readonly organization: string;
  readonly actionId: string;
  /** Kept with the run, so that history outlives the action. */
  readonly actionName: string;
  /** The action's, as it was. */
  readonly category: string | undefined;
  readonly version: number;
  readonly digest: string;
  readonly state: RunState;
  /** A sentence for a person; always set in states other than waiting, queued, running and succeeded. */
  readonly reason: string | undefined;
  readonly trigger: Trigger;
  /** E-mail of who started it; "system" for schedules. */
  readonly actor: string;
  /** Those that are secret hold a mask. */
  readonly parameters: JsonObject;
  /** The secret ones, sealed with the server's key; undefined: none is. */
  readonly sealed: string | undefined;
  /** The variable `alert` of its expressions; undefined: no alert started it. */
  readonly alert: JsonObject | undefined;
  /** undefined: nobody has to agree. */
  readonly approval: RunApproval | undefined;
  /** 1 for the first execution; retries count up. */
  readonly attempt: number;
  readonly createdAt: Instant;
  /** Not before this: delays and back-offs. */
  readonly dueAt: Instant;
  readonly startedAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  /** A cancel was asked for and the worker has not answered yet. */
  readonly cancelAsked: boolean;
  /** How its last execution ended, the first cause that came; undefined before, and for one that never came to it. */
  readonly cause: Cause | undefined;
  /** undefined also where it ran on the machine itself. */
  readonly isolation: IsolationLevel | undefined;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Of its last execution, from the start of its program. */
  readonly duration: Milliseconds | undefined;
  readonly peakMemory: number | undefined;
  readonly cpuTime: Milliseconds | undefined;
  /** Bytes of the JSON that `main` returned, kept beside the log; undefined where nothing was returned. */
  readonly resultSize: number | undefined;
  /** Of a runbook, once it has started. */
  readonly progress: Progress | undefined;
}

/** How many steps of a runbook have ended, skipped ones too, and the one that is under way. */
export interface Progress {
  readonly finished: number;
  readonly known: number;
  /** The id of a step. */
  readonly current: string | undefined;
}

/** A line of a run's log. */
export interface LogLine {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly at: Instant;
  readonly stream: "stdout" | "stderr" | "log" | "system";
  /** Python's level name for stream "log". */
  readonly level: "debug" | "info" | "warning" | "error" | "critical" | undefined;
  readonly text: string;
  /** The id of the runbook's step that it belongs to. */
  readonly step?: string | undefined;
}
