import type { Json, JsonObject } from "../json.ts";
import { parseCron } from "../schedule/cron.ts";
import { fromMilliseconds } from "../time.ts";
import type {
  Action,
  ActionFields,
  ActionRetention,
  AlertLink,
  Approval,
  Concurrency,
  EnvValue,
  Notification,
  Resources,
  Retries,
  Schedule,
  Step,
  StepProgram,
  Timing,
  Weekday,
} from "./action.ts";
import { defaultConcurrency, defaults } from "./defaults.ts";
import { stepId } from "./step-id.ts";
import { parseDuration, parseSize } from "./units.ts";
import type {
  WrittenAction,
  WrittenAlertLink,
  WrittenApproval,
  WrittenConcurrency,
  WrittenNotification,
  WrittenResources,
  WrittenRetention,
  WrittenRetries,
  WrittenSchedule,
  WrittenStep,
} from "./written/written.generated.ts";

/**
 * What a written action means: every default filled in, every spelling resolved. The one way from one type to the
 * other; the written action has passed schema and rules. `name`: used where none is written.
 */
export function normalize(written: WrittenAction, name: string): Action {
  const fields = normalizeFields(written, name);
  const schedule = written.schedule === undefined ? undefined : normalizeSchedule(written.schedule);
  switch (written.type) {
    case "scheduled":
      return { ...fields, type: "scheduled", schedule };
    case "realtime":
      return { ...fields, type: "realtime", schedule: undefined, keepState: written.keepState ?? false };
    case "runbook":
      return {
        ...fields,
        type: "runbook",
        mode: written.mode ?? "manual",
        schedule,
        steps: (written.steps ?? []).map((step, index) => normalizeStep(step, index, fields)),
      };
  }
}

function normalizeFields(written: WrittenAction, name: string): ActionFields {
  return {
    name: written.name ?? name,
    // A folded or literal block of YAML ends with a line feed that nobody means.
    description: (written.description ?? "").trim(),
    category: written.category,
    tags: written.tags ?? [],
    owner: written.owner,
    estimatedDuration: duration(written.estimatedDuration),
    enabled: written.enabled ?? true,
    serviceAccount: written.serviceAccount,
    env: (written.env ?? {}) as Readonly<Record<string, EnvValue>>,
    parameters: (written.parameters ?? {}) as Readonly<Record<string, JsonObject>>,
    alerts: (written.alerts ?? []).map(normalizeAlert),
    events: (written.events ?? []).map(({ run, state, parameters }) => ({
      run,
      state,
      parameters: values(parameters),
    })),
    approval: written.approval === undefined ? undefined : normalizeApproval(written.approval),
    when: written.when,
    timeout: duration(written.timeout) ?? defaults.timeout,
    retries: normalizeRetries(written.retries, defaults.retries),
    concurrency: normalizeConcurrency(written.concurrency ?? {}, defaultConcurrency(written.type)),
    resources: normalizeResources(written.resources ?? {}),
    retention: normalizeRetention(written.retention ?? {}),
    network: written.network ?? true,
    isolation: written.isolation ?? "best",
    notify: [written.notify ?? []].flat().map(normalizeNotification),
    protect: written.protect ?? false,
  };
}

const duration = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseDuration(text);
const values = (given: object | undefined): JsonObject => (given ?? {}) as JsonObject;

function normalizeSchedule(written: WrittenSchedule): Schedule {
  return {
    timing: normalizeTiming(written),
    timezone: written.timezone ?? defaults.timezone,
    catchUp: written.catchUp ?? "none",
    startDeadline: duration(written.startDeadline),
    parameters: values(written.parameters),
  };
}

function normalizeTiming(written: WrittenSchedule): Timing {
  if (written.cron !== undefined) return { kind: "cron", expression: fiveFields(written.cron) };
  if (written.at !== undefined) return { kind: "at", at: fromMilliseconds(Date.parse(written.at)) };
  if (written.frequency !== undefined)
    return {
      kind: "calendar",
      frequency: written.frequency,
      time: written.time ?? "00:00",
      days: ordered(written.days ?? [], week),
      dayOfMonth: written.frequency === "monthly" ? (written.dayOfMonth ?? defaults.dayOfMonth) : undefined,
    };
  return { kind: "once" };
}

/** Nicknames, case and blanks are spellings of one expression. */
function fiveFields(text: string): string {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new RangeError(`${parsed.problem}: the rules let a cron pass that cannot be read`);
  return parsed.expression;
}

/** The order in which a set is written means nothing, so there is one. */
const ordered = <Item extends string>(items: readonly Item[], order: readonly Item[]): readonly Item[] =>
  order.filter((item) => items.includes(item));
const week: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

function normalizeAlert(written: WrittenAlertLink): AlertLink {
  const { start = "immediately" } = written;
  return {
    match: written.match,
    on: ordered(written.on ?? ["firing"], ["firing", "resolved"]),
    start: typeof start === "string" ? { kind: start } : { kind: "after", delay: parseDuration(start.after) },
    key: written.key,
    cooldown: duration(written.cooldown),
    parameters: values(written.parameters),
  };
}

const normalizeApproval = (written: WrittenApproval): Approval => ({
  required: written.required ?? defaults.approval.required,
  approvers: written.approvers ?? defaults.approval.approvers,
  quorum: written.quorum ?? defaults.approval.quorum,
  expires: duration(written.expires) ?? defaults.approval.expires,
  onExpiry: written.onExpiry ?? defaults.approval.onExpiry,
});

function normalizeRetries(written: WrittenRetries | undefined, unwritten: Retries): Retries {
  if (written === undefined) return unwritten;
  if (typeof written === "number") return { ...defaults.retries, limit: written };
  return {
    limit: written.limit,
    delay: duration(written.delay) ?? defaults.retries.delay,
    backoff: written.backoff ?? defaults.retries.backoff,
  };
}

function normalizeConcurrency(written: WrittenConcurrency, unwritten: Concurrency): Concurrency {
  const overlap = written.overlap ?? unwritten.overlap;
  if (written.limit === "unlimited") return { limit: undefined, overlap };
  return { limit: written.limit ?? unwritten.limit, overlap };
}

const normalizeResources = (written: WrittenResources): Resources => ({
  memory: size(written.memory) ?? defaults.resources.memory,
  processes: written.processes ?? defaults.resources.processes,
  output: size(written.output) ?? defaults.resources.output,
  disk: size(written.disk) ?? defaults.resources.disk,
});
/** One that says nothing is the same as none. */
const normalizeRetention = ({ keep, days }: WrittenRetention): ActionRetention | undefined =>
  keep === undefined && days === undefined ? undefined : { keep, days };
const size = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseSize(text);

const normalizeNotification = (written: WrittenNotification): Notification => ({
  on: ordered(written.on, ["failure", "recovery", "success", "approval"]),
  target: normalizeTarget(written),
});

function normalizeTarget({
  action,
  url,
  format,
  signature,
  email,
}: WrittenNotification): Notification["target"] {
  if (action !== undefined) return { action };
  if (email !== undefined) return { email };
  return { url: url as EnvValue, format: format === "slack" ? format : undefined, signature };
}

/** What a step does not say, its action says. */
function normalizeStep(written: WrittenStep, index: number, action: ActionFields): Step {
  return {
    id: written.id ?? stepId(written.name, index),
    name: written.name,
    provider:
      written.provider ?? (written.http === undefined ? defaults.stepProvider : defaults.httpProvider),
    program: program(written),
    env: (written.env ?? {}) as Readonly<Record<string, EnvValue>>,
    if: written.if ?? "previous_success",
    timeout: duration(written.timeout) ?? action.timeout,
    retries: normalizeRetries(written.retries, action.retries),
    continueOnError: written.continueOnError ?? false,
    idempotent: written.idempotent ?? false,
  };
}

function program(written: WrittenStep): StepProgram {
  if (written.run !== undefined) return { kind: "run", command: written.run };
  if (written.python !== undefined) return { kind: "python", file: written.python };
  if (written.http !== undefined) return { kind: "http", request: written.http as unknown as JsonObject };
  return {
    kind: "action",
    action: written.action as string,
    parameters: (written.parameters ?? {}) as Readonly<Record<string, Json>>,
  };
}
