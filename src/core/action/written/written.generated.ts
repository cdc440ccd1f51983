// Made from schemas/ by tools/generate.ts. Do not edit.

/**
 * Name of the action; the folder's name by default. Letters, digits, _ . and -, at most 64; on an OpenObserve server at most 32.
 */
export type Name = string;
/**
 * Name of a secret kept by the server. The value itself never stands in a file.
 */
export type SecretName = string;
/**
 * An e-mail address, without a name.
 */
export type Email = string;
/**
 * A whole number and a unit: ms, s, m, h or d.
 */
export type Duration = string;
/**
 * A whole number and a unit: Ki, Mi or Gi (of 1024).
 */
export type Size = string;
/**
 * An expression in CEL.
 */
export type Expression = string;
/**
 * A text, or the name of a secret.
 */
export type EnvValue = string | SecretReference;
export type JsonType = "string" | "number" | "integer" | "boolean" | "array" | "object" | "null";
/**
 * Five fields: minute, hour, day of month, month, day of week. L is the last day, 1#2 the second Monday.
 */
export type Cron = string;
/**
 * With time; weekly also with days, monthly with dayOfMonth.
 */
export type Frequency = "daily" | "weekly" | "monthly";
/**
 * Hours and minutes, 24 hours, in the schedule's time zone.
 */
export type TimeOfDay = string;
/**
 * Days of the week, for frequency: weekly.
 *
 * @minItems 1
 */
export type Days = ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
/**
 * For frequency: monthly; last is the month's last day. Months without the day are skipped. Default 1.
 */
export type DayOfMonth = number | "last";
/**
 * A date and time with its offset from UTC.
 */
export type InstantText = string;
/**
 * true: run one time, when the action is created.
 */
export type Once = true;
/**
 * A name of the IANA time zone database. Default UTC.
 */
export type Timezone = string;
/**
 * What to do about runs missed while the server was down.
 */
export type CatchUp = "none" | "last" | "all";
/**
 * How many further attempts: a number, or with delay and backoff.
 */
export type WrittenRetries =
  | RetryLimit
  | {
      limit: RetryLimit;
      delay?: Duration;
      /**
       * exponential: each delay is twice the one before.
       */
      backoff?: "constant" | "exponential";
    };
/**
 * Number of further attempts.
 */
export type RetryLimit = number;
export type StatusCode = number;
export type Organization = string;
export type ItemName = string;
/**
 * ssh: another machine. host: the server's own machine. http: an API.
 */
export type WrittenProvider = WrittenSshProvider | WrittenHostProvider | WrittenHttpProvider;
/**
 * Name or address of the machine.
 */
export type Host = string;
/**
 * The user whose rights commands have.
 */
export type User = string;

/**
 * The name of a secret.
 */
export interface SecretReference {
  secret: SecretName;
}
/**
 * Environment variables by name.
 */
export interface Env {
  [k: string]: EnvValue;
}
/**
 * A JSON Schema without references, and Rota's own secret and optional.
 */
export interface Parameter {
  /**
   * true: the value is kept out of logs, history and answers.
   */
  secret?: boolean;
  /**
   * true: may be left out although it has no default.
   */
  optional?: boolean;
  /**
   * The kind of value, or a list of kinds.
   */
  type?: JsonType | ("string" | "number" | "integer" | "boolean" | "array" | "object" | "null")[];
  /**
   * Shown as the label.
   */
  title?: string;
  /**
   * Shown as help.
   */
  description?: string;
  /**
   * Used when none is given.
   */
  default?: unknown;
  /**
   * @maxItems 100
   */
  examples?: unknown[];
  /**
   * The values that are allowed.
   *
   * @minItems 1
   * @maxItems 1000
   */
  enum?: unknown[];
  /**
   * The only value that is allowed.
   */
  const?: unknown;
  /**
   * What a text must look like.
   */
  format?:
    | "date"
    | "time"
    | "date-time"
    | "duration"
    | "email"
    | "hostname"
    | "ipv4"
    | "ipv6"
    | "uri"
    | "uuid"
    | "regex"
    | "json-pointer";
  /**
   * A regular expression that a text must match.
   */
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  items?: Parameter;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  properties?: {
    [k: string]: Parameter;
  };
  required?: string[];
  additionalProperties?: boolean | Parameter;
  /**
   * @minItems 1
   */
  anyOf?: Parameter[];
  /**
   * @minItems 1
   */
  oneOf?: Parameter[];
  /**
   * @minItems 1
   */
  allOf?: Parameter[];
  not?: Parameter;
}
/**
 * Values of parameters by name. A text may hold ${{ CEL }}.
 */
export interface Values {
  [k: string]: unknown;
}
/**
 * When to run: exactly one of cron, frequency, at and once.
 */
export interface WrittenSchedule {
  cron?: Cron;
  frequency?: Frequency;
  time?: TimeOfDay;
  days?: Days;
  dayOfMonth?: DayOfMonth;
  at?: InstantText;
  once?: Once;
  timezone?: Timezone;
  catchUp?: CatchUp;
  startDeadline?: Duration;
  parameters?: Values;
}
/**
 * A rule that starts this action for an alert.
 */
export interface WrittenAlertLink {
  match: Expression;
  /**
   * Which states of the alert start it. Default [firing].
   *
   * @minItems 1
   */
  on?: ("firing" | "resolved")[];
  /**
   * immediately (default), approval, or { after: DURATION }: dropped when the alert resolves before.
   */
  start?:
    | ("immediately" | "approval")
    | {
        after: Duration;
      };
  key?: Expression;
  cooldown?: Duration;
  parameters?: Values;
}
/**
 * Starts this action when a run of another one ends.
 */
export interface WrittenEventLink {
  run: Name;
  /**
   * How the other run must have ended.
   */
  state: "succeeded" | "failed" | "timed_out" | "cancelled" | "skipped" | "rejected" | "expired" | "interrupted";
  parameters?: Values;
}
/**
 * A person has to agree before a run starts, whatever started it.
 */
export interface WrittenApproval {
  /**
   * Default true.
   */
  required?: boolean;
  /**
   * E-mails, or role:NAME. Empty: whoever may approve runs.
   *
   * @maxItems 64
   */
  approvers?: string[];
  /**
   * How many have to agree.
   */
  quorum?: number;
  expires?: Duration;
  /**
   * What no answer means.
   */
  onExpiry?: "reject" | "approve";
}
/**
 * How many runs may be alive at once, and what happens to one more. Default: limit 1, skip; real-time: unlimited, queued behind the workers.
 */
export interface WrittenConcurrency {
  /**
   * A number, or unlimited.
   */
  limit?: number | "unlimited";
  /**
   * skip: drop the new run. queue: let it wait. replace: cancel the older one. allow: no limit.
   */
  overlap?: "skip" | "queue" | "replace" | "allow";
}
/**
 * Limits of one execution.
 */
export interface WrittenResources {
  memory?: Size;
  /**
   * Processes and threads.
   */
  processes?: number;
  output?: Size;
  disk?: Size;
}
/**
 * How long the history of this action is kept, in place of what the server's settings say.
 */
export interface WrittenRetention {
  /**
   * Newest runs that are kept.
   */
  keep?: number;
  /**
   * Older runs are forgotten.
   */
  days?: number;
}
/**
 * Tells of runs: runs an action, posts to an address, or sends mail.
 */
export interface WrittenNotification {
  /**
   * failure: also timeouts and interruptions. recovery: the first success after a failure. approval: a run waits for somebody to agree.
   *
   * @minItems 1
   */
  on: ("failure" | "recovery" | "success" | "approval")[];
  action?: Name;
  url?: EnvValue;
  /**
   * With url: what is posted. json: Rota's own fields. slack: a message for Slack and what understands the same.
   */
  format?: "json" | "slack";
  signature?: SecretReference;
  /**
   * Who gets a mail, each one of their own.
   *
   * @minItems 1
   * @maxItems 10
   */
  email?: Email[];
}
/**
 * One step of a runbook: exactly one of run, python, http and action.
 */
export interface WrittenStep {
  /**
   * What the step does.
   */
  name: string;
  /**
   * How expressions call it: steps.ID.outputs. Default: made of the name.
   */
  id?: string;
  /**
   * Where the step runs: a provider of rota.yaml, or local (the sandbox).
   */
  provider?: string;
  /**
   * A shell command. Values reach it by env, never by ${{ }}. It writes outputs as name=value lines to the file $ROTA_OUTPUT.
   */
  run?: string;
  /**
   * A Python file of this folder with main(data, logger); data is the run so far.
   */
  python?: string;
  http?: WrittenHttp;
  action?: Name;
  parameters?: Values;
  env?: Env;
  if?: Expression;
  timeout?: Duration;
  retries?: WrittenRetries;
  /**
   * true: a failure of this step does not fail the run.
   */
  continueOnError?: boolean;
  /**
   * true: may be started again after a crash of the server.
   */
  idempotent?: boolean;
}
/**
 * A request.
 */
export interface WrittenHttp {
  /**
   * An address, or a path below the baseUrl of a provider of kind http.
   */
  url: string;
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Headers;
  /**
   * Query parameters, encoded for you.
   */
  query?: {
    [k: string]: string;
  };
  /**
   * A text is sent as it is, null is no body, anything else is sent as JSON.
   */
  body?: unknown;
  /**
   * What a good answer is. Default: any status from 200 to 299.
   */
  expect?: {
    /**
     * A status code or a list of them.
     */
    status?: StatusCode | number[];
    /**
     * A text that the body must hold.
     */
    contains?: string;
    /**
     * Headers that the answer must have, by name, with exactly these values.
     */
    headers?: {
      [k: string]: string;
    };
    /**
     * What must stand in the JSON of the body: values by JSON pointer.
     */
    json?: {
      [k: string]: unknown;
    };
  };
}
export interface Headers {
  [k: string]: EnvValue;
}
/**
 * A server that this repository is applied to.
 */
export interface WrittenEnvironment {
  /**
   * Address of the server. The token comes from ROTA_TOKEN or ROTA_TOKEN_ENVIRONMENT, never from this file.
   */
  server: string;
  /**
   * rota, or openobserve: a plain OpenObserve Enterprise server.
   */
  kind?: "rota" | "openobserve";
  organization?: Organization;
  /**
   * true: what this repository owns there and no longer declares is deleted. Needs a written scope.
   */
  prune?: boolean;
  /**
   * A file that changes some fields of some actions for this environment.
   */
  overlay?: string;
}
/**
 * What the account may do.
 */
export interface WrittenServiceAccount {
  /**
   * @maxItems 256
   */
  permissions?: Permission[];
}
export interface Permission {
  /**
   * resource:_all_ORGANIZATION for all of a kind, or resource:ID.
   */
  object: string;
  permission: "AllowAll" | "AllowList" | "AllowGet" | "AllowPost" | "AllowPut" | "AllowDelete";
}
/**
 * Another machine, over ssh.
 */
export interface WrittenSshProvider {
  kind: "ssh";
  host: Host;
  port?: number;
  user: User;
  key: SecretReference;
  /**
   * The machine's public key, as ssh-keyscan prints it without the host name.
   */
  hostKey: string;
  jump?: ItemName;
}
/**
 * The server's own machine; only when it was started with --allow-host-steps.
 */
export interface WrittenHostProvider {
  kind: "host";
  user: User;
}
/**
 * An API: a base address and headers for http steps.
 */
export interface WrittenHttpProvider {
  kind: "http";
  baseUrl: string;
  headers?: Headers;
}
/**
 * An alert that is expected.
 */
export interface WrittenAlert {
  receiver: ItemName;
  match?: Expression;
}
/**
 * Each key replaces the same key of the action; below schedule, env, approval, resources and concurrency, key by key.
 */
export interface Patch {
  /**
   * false: never started by a schedule or an alert.
   */
  enabled?: boolean;
  env?: Env;
  schedule?: SchedulePatch;
  approval?: WrittenApproval;
  resources?: WrittenResources;
  concurrency?: WrittenConcurrency;
}
/**
 * cron, frequency, at or once replaces the action's own timing; the other keys replace one by one.
 */
export interface SchedulePatch {
  cron?: Cron;
  frequency?: Frequency;
  time?: TimeOfDay;
  days?: Days;
  dayOfMonth?: DayOfMonth;
  at?: InstantText;
  once?: Once;
  timezone?: Timezone;
  catchUp?: CatchUp;
  startDeadline?: Duration;
  parameters?: Values;
}
/**
 * An action of Rota: a folder with this file and its code. See docs/reference/manifest.md.
 */
export interface WrittenAction {
  /**
   * scheduled: Python main() on a schedule. realtime: Python main(data, logger) called with records. runbook: a list of steps.
   */
  type: "scheduled" | "realtime" | "runbook";
  name?: Name;
  /**
   * What the action does, for the people who meet it at night.
   */
  description?: string;
  /**
   * Maintenance, Recovery, Diagnostics, Security, Custom, or a name of your own.
   */
  category?: string;
  /**
   * Words to find the action by.
   *
   * @maxItems 32
   */
  tags?: string[];
  /**
   * The person or team to ask.
   */
  owner?: string;
  estimatedDuration?: Duration;
  /**
   * false: declared, but never started by a schedule or an alert.
   */
  enabled?: boolean;
  /**
   * E-mail of the account whose rights a run has. Required for scheduled and realtime; a runbook without one gives its steps no ORIGIN_CLUSTER_* variables.
   */
  serviceAccount?: string;
  env?: Env;
  /**
   * What a run may be given: a JSON Schema for each parameter. One without a default is required unless it says optional: true.
   */
  parameters?: {
    [k: string]: Parameter;
  };
  /**
   * Runbooks only. Whatever the mode, an action may also be run by hand.
   */
  mode?: "manual" | "scheduled" | "triggered";
  schedule?: WrittenSchedule;
  /**
   * Which alerts start this action.
   *
   * @maxItems 32
   */
  alerts?: WrittenAlertLink[];
  /**
   * Which ends of other runs start this action.
   *
   * @maxItems 32
   */
  events?: WrittenEventLink[];
  approval?: WrittenApproval;
  when?: Expression;
  timeout?: Duration;
  retries?: WrittenRetries;
  concurrency?: WrittenConcurrency;
  resources?: WrittenResources;
  retention?: WrittenRetention;
  /**
   * false: no network in the sandbox.
   */
  network?: boolean;
  /**
   * best: the strongest that the server's machine has. required: do not start without full isolation.
   */
  isolation?: "best" | "required";
  /**
   * Real-time actions only: reuse one process, so that module globals survive between calls.
   */
  keepState?: boolean;
  /**
   * Whom to tell about the end of a run: one notification or a list.
   */
  notify?: WrittenNotification | WrittenNotification[];
  /**
   * true: never removed by prune.
   */
  protect?: boolean;
  /**
   * Runbooks only: what to do, in this order.
   *
   * @minItems 1
   * @maxItems 100
   */
  steps?: WrittenStep[];
}
/**
 * rota.yaml at the repository's root: where this repository is applied, and what its actions need.
 */
export interface WrittenProject {
  organization?: Organization;
  /**
   * Who owns what this repository applies. Nothing of another scope is ever touched. Default: owner/repo of the git remote.
   */
  scope?: string;
  /**
   * Servers by name, for --environment.
   */
  environments?: {
    [k: string]: WrittenEnvironment;
  };
  /**
   * Service accounts by e-mail: made by apply before the actions.
   */
  serviceAccounts?: {
    [k: string]: WrittenServiceAccount;
  };
  /**
   * Places that steps run at, by name. local (the sandbox) is always there.
   */
  providers?: {
    [k: string]: WrittenProvider;
  };
  /**
   * Alerts by name, so that an action can be linked before one ever fired.
   */
  alerts?: {
    [k: string]: WrittenAlert;
  };
}
/**
 * What is different in one environment: fields of named actions, laid over their action.yaml.
 */
export interface WrittenOverlay {
  /**
   * Changes by the name of the action.
   */
  actions?: {
    [k: string]: Patch;
  };
}
