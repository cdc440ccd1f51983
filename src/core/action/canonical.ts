import { canonicalJson, type Json, type JsonObject } from "../json.ts";
import { toMilliseconds } from "../time.ts";
import type {
  Action,
  AlertLink,
  Approval,
  Notification,
  Resources,
  Retries,
  Schedule,
  Step,
  Timing,
} from "./action.ts";
import { defaultConcurrency, defaults } from "./defaults.ts";
import { stepId } from "./step-id.ts";
import { durationText, sizeText } from "./units.ts";

/** An object whose undefined members are left out. */
type Partly = { readonly [key: string]: Json | undefined };

/**
 * The one spelling of an action: a valid written action, keys sorted, fields equal to their default left out, so
 * that a field which a later version brings changes no digest. `name` and `type` are always there. Secrets by name.
 */
export function canonicalAction(action: Action): JsonObject {
  return tidy({
    name: action.name,
    type: action.type,
    description: unless(action.description, ""),
    category: action.category,
    tags: filled(action.tags),
    owner: action.owner,
    estimatedDuration: duration(action.estimatedDuration),
    enabled: unless(action.enabled, true),
    serviceAccount: action.serviceAccount,
    env: members(action.env as JsonObject),
    parameters: members(action.parameters as JsonObject),
    ...(action.type === "runbook" && {
      mode: unless(action.mode, "manual"),
      steps: stepsOf(action.steps, action),
    }),
    ...(action.type === "realtime" && { keepState: unless(action.keepState, false) }),
    schedule: action.schedule && schedule(action.schedule),
    alerts: filled(action.alerts.map(alert)),
    events: filled(
      action.events.map(({ run, state, parameters }) =>
        tidy({ run, state, parameters: members(parameters) }),
      ),
    ),
    approval: action.approval && approval(action.approval),
    when: action.when,
    timeout: unless(durationText(action.timeout), durationText(defaults.timeout)),
    retries: retries(action.retries, defaults.retries),
    concurrency: concurrency(action),
    resources: members(resources(action.resources)),
    retention: action.retention && tidy({ ...action.retention }),
    network: unless(action.network, true),
    isolation: unless(action.isolation, "best"),
    notify: filled(action.notify.map(notification)),
    protect: unless(action.protect, false),
  });
}

/** Sorted, and without what is undefined, at every depth. */
const tidy = (object: Partly): JsonObject => JSON.parse(canonicalJson(object as JsonObject)) as JsonObject;
const unless = <T extends Json>(value: T, usual: T): T | undefined => (value === usual ? undefined : value);
const filled = (list: readonly Json[]): Json | undefined => (list.length === 0 ? undefined : list);
const members = (object: JsonObject): JsonObject | undefined =>
  Object.keys(object).length === 0 ? undefined : object;
const duration = (span: number | undefined): string | undefined =>
  span === undefined ? undefined : durationText(span);

const schedule = (meant: Schedule): JsonObject =>
  tidy({
    ...timing(meant.timing),
    timezone: unless(meant.timezone, defaults.timezone),
    catchUp: unless(meant.catchUp, "none"),
    startDeadline: duration(meant.startDeadline),
    parameters: members(meant.parameters),
  });

function timing(meant: Timing): Partly {
  switch (meant.kind) {
    case "cron":
      return { cron: meant.expression };
    case "at":
      return { at: new Date(toMilliseconds(meant.at)).toISOString() };
    case "once":
      return { once: true };
    case "calendar":
      return {
        frequency: meant.frequency,
        time: meant.time,
        days: filled(meant.days),
        dayOfMonth: meant.dayOfMonth === defaults.dayOfMonth ? undefined : meant.dayOfMonth,
      };
  }
}

const alert = (meant: AlertLink): JsonObject =>
  tidy({
    match: meant.match,
    on: meant.on.length === 1 && meant.on[0] === "firing" ? undefined : meant.on,
    start:
      meant.start.kind === "after"
        ? { after: durationText(meant.start.delay) }
        : unless<string>(meant.start.kind, "immediately"),
    key: meant.key,
    cooldown: duration(meant.cooldown),
    parameters: members(meant.parameters),
  });

const approval = (meant: Approval): JsonObject =>
  tidy({
    required: unless(meant.required, defaults.approval.required),
    approvers: filled(meant.approvers),
    quorum: unless(meant.quorum, defaults.approval.quorum),
    expires: unless(durationText(meant.expires), durationText(defaults.approval.expires)),
    onExpiry: unless<string>(meant.onExpiry, defaults.approval.onExpiry),
  });

/** undefined where the retries are what leaving them out would mean. */
function retries(meant: Retries, unwritten: Retries): Json | undefined {
  if (canonicalJson({ ...meant }) === canonicalJson({ ...unwritten })) return undefined;
  const delay = unless(durationText(meant.delay), durationText(defaults.retries.delay));
  const backoff = unless<string>(meant.backoff, defaults.retries.backoff);
  return delay === undefined && backoff === undefined
    ? meant.limit
    : tidy({ limit: meant.limit, delay, backoff });
}

function concurrency({ type, concurrency: meant }: Action): JsonObject | undefined {
  const usual = defaultConcurrency(type);
  return members(
    tidy({
      limit: meant.limit === usual.limit ? undefined : (meant.limit ?? "unlimited"),
      overlap: unless<string>(meant.overlap, usual.overlap),
    }),
  );
}

const resources = (meant: Resources): JsonObject =>
  tidy({
    memory: unless(sizeText(meant.memory), sizeText(defaults.resources.memory)),
    processes: unless(meant.processes, defaults.resources.processes),
    output: unless(sizeText(meant.output), sizeText(defaults.resources.output)),
    disk: unless(sizeText(meant.disk), sizeText(defaults.resources.disk)),
  });

const notification = ({ on, target }: Notification): JsonObject => tidy({ on, ...target } as Partly);

const stepsOf = (steps: readonly Step[], action: Action): readonly Json[] =>
  steps.map((meant, index) => {
    const { program } = meant;
    return tidy({
      name: meant.name,
      id: unless(meant.id, stepId(meant.name, index)),
      provider: unless(
        meant.provider,
        program.kind === "http" ? defaults.httpProvider : defaults.stepProvider,
      ),
      ...(program.kind === "run" && { run: program.command }),
      ...(program.kind === "python" && { python: program.file }),
      ...(program.kind === "http" && { http: program.request }),
      ...(program.kind === "action" && { action: program.action, parameters: members(program.parameters) }),
      env: members(meant.env as JsonObject),
      if: unless(meant.if, "previous_success"),
      timeout: unless(durationText(meant.timeout), durationText(action.timeout)),
      retries: retries(meant.retries, action.retries),
      continueOnError: unless(meant.continueOnError, false),
      idempotent: unless(meant.idempotent, false),
    });
  });
