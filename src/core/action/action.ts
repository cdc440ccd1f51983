import type { Json, JsonObject } from "../json.ts";
import type { Instant, Milliseconds } from "../time.ts";

/**
 * An action as it is meant: every field present, every default filled in, every spelling resolved.
 * Only `normalize` makes one; nothing downstream of it accepts a WrittenAction.
 */
export type Action = ScheduledAction | RealtimeAction | RunbookAction;
export type ActionType = Action["type"];

export interface ScheduledAction extends ActionFields {
  readonly type: "scheduled";
  readonly schedule: Schedule | undefined;
}
export interface RealtimeAction extends ActionFields {
  readonly type: "realtime";
  readonly schedule: undefined;
  /** Reuse one process, so that module globals survive between calls. */
  readonly keepState: boolean;
}
export interface RunbookAction extends ActionFields {
  readonly type: "runbook";
  readonly mode: "manual" | "scheduled" | "triggered";
  readonly schedule: Schedule | undefined;
  readonly steps: readonly Step[];
}

export interface ActionFields {
  readonly name: string;
  readonly description: string;
  readonly category: string | undefined;
  readonly tags: readonly string[];
  readonly owner: string | undefined;
  readonly estimatedDuration: Milliseconds | undefined;
  readonly enabled: boolean;
  readonly serviceAccount: string | undefined;
  readonly env: Readonly<Record<string, EnvValue>>;
  /** JSON Schemas by parameter name, with Rota's own keywords `secret` and `optional`. */
  readonly parameters: Readonly<Record<string, JsonObject>>;
  readonly alerts: readonly AlertLink[];
  readonly events: readonly EventLink[];
  readonly approval: Approval | undefined;
  /** CEL: a run for which this is false ends as skipped. */
  readonly when: string | undefined;
  readonly timeout: Milliseconds;
  readonly retries: Retries;
  readonly concurrency: Concurrency;
  readonly resources: Resources;
  /** undefined: as the server keeps history. */
  readonly retention: ActionRetention | undefined;
  readonly network: boolean;
  readonly isolation: "best" | "required";
  readonly notify: readonly Notification[];
  /** Never removed by prune. */
  readonly protect: boolean;
}

/** A literal text (may hold `${{ CEL }}` in a runbook) or the name of a secret. */
export type EnvValue = string | SecretReference;
export interface SecretReference {
  readonly secret: string;
}

export interface Schedule {
  readonly timing: Timing;
  /** IANA name, "UTC" by default. */
  readonly timezone: string;
  readonly catchUp: "none" | "last" | "all";
  /** A tick later than this is not started any more. */
  readonly startDeadline: Milliseconds | undefined;
  readonly parameters: JsonObject;
}
export type Timing =
  | { readonly kind: "cron"; readonly expression: string }
  | {
      readonly kind: "calendar";
      readonly frequency: "daily" | "weekly" | "monthly";
      /** "HH:MM", 24 hours, in the schedule's zone. */
      readonly time: string;
      /** Weekly only; at least one. */
      readonly days: readonly Weekday[];
      /** Monthly only; "last" is the month's last day. Months without the day are skipped. */
      readonly dayOfMonth: number | "last" | undefined;
    }
  | { readonly kind: "at"; readonly at: Instant }
  /** Runs once, when the action is created. */
  | { readonly kind: "once" };
export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

export interface AlertLink {
  readonly match: string;
  readonly on: readonly ("firing" | "resolved")[];
  readonly start:
    | { readonly kind: "immediately" }
    | { readonly kind: "after"; readonly delay: Milliseconds }
    | { readonly kind: "approval" };
  readonly key: string | undefined;
  readonly cooldown: Milliseconds | undefined;
  readonly parameters: JsonObject;
}
export interface EventLink {
  readonly run: string;
  readonly state: string;
  readonly parameters: JsonObject;
}
export interface Approval {
  readonly required: boolean;
  readonly approvers: readonly string[];
  readonly quorum: number;
  readonly expires: Milliseconds;
  readonly onExpiry: "reject" | "approve";
}
export interface Retries {
  readonly limit: number;
  readonly delay: Milliseconds;
  readonly backoff: "constant" | "exponential";
}
export interface Concurrency {
  /** undefined: unlimited, queued behind the workers. */
  readonly limit: number | undefined;
  readonly overlap: "skip" | "queue" | "replace" | "allow";
}
/** What an action says in place of the server's settings; undefined: the same as those. */
export interface ActionRetention {
  /** Newest runs kept. */
  readonly keep: number | undefined;
  readonly days: number | undefined;
}
export interface Resources {
  readonly memory: number;
  readonly processes: number;
  readonly output: number;
  readonly disk: number;
}
export interface Notification {
  readonly on: readonly NotificationCause[];
  readonly target:
    | { readonly action: string }
    | {
        readonly url: EnvValue;
        /** undefined: json. */
        readonly format: "slack" | undefined;
        /** What X-Rota-Signature is made with; undefined: it is not signed. */
        readonly signature: SecretReference | undefined;
      }
    | { readonly email: readonly string[] };
}
export type NotificationCause = "failure" | "recovery" | "success" | "approval";

export interface Step {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly program: StepProgram;
  readonly env: Readonly<Record<string, EnvValue>>;
  /** "always", "previous_success", "previous_failure" or a CEL expression. */
  readonly if: string;
  readonly timeout: Milliseconds;
  readonly retries: Retries;
  readonly continueOnError: boolean;
  readonly idempotent: boolean;
}
export type StepProgram =
  | { readonly kind: "run"; readonly command: string }
  | { readonly kind: "python"; readonly file: string }
  | { readonly kind: "http"; readonly request: JsonObject }
  | { readonly kind: "action"; readonly action: string; readonly parameters: Readonly<Record<string, Json>> };
