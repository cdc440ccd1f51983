import { causes, finalStates } from "../../core/run/run.ts";
import { instant, notFound, nullable, organization, refusals } from "./schemas.ts";

const tags = ["runs"];
const text = { type: "string" } as const;
const whole = { type: "integer" } as const;
export const states = ["waiting", "queued", "running", ...finalStates] as const;

const run = {
  id: text,
  action_id: text,
  action_name: text,
  version: whole,
  digest: text,
  state: { type: "string", enum: states },
  reason: nullable(text),
  trigger: { type: "object", additionalProperties: true, properties: { kind: text } },
  actor: text,
  created_at: instant,
  started_at: nullable(instant),
  ended_at: nullable(instant),
  attempt: whole,
  cause: {
    type: "string",
    nullable: true,
    enum: [...causes, null],
    description: "How its last execution ended, the first cause that came",
  },
  isolation: { type: "string", nullable: true, enum: ["full", "reduced", "basic", null] },
  exit_code: nullable(whole),
  signal: nullable(text),
  duration: { type: "integer", nullable: true, description: "ms that its last execution ran" },
  peak_memory: { type: "integer", nullable: true, description: "Bytes" },
  cpu_time: { type: "integer", nullable: true, description: "ms" },
  category: nullable(text),
  retry_of: { type: "string", nullable: true, description: "The run that this one tries again" },
  progress: {
    type: "object",
    nullable: true,
    description: "Of a runbook that has started: steps that have ended, of all; current is the id of one",
    properties: { finished: whole, known: whole, percent: whole, current: nullable(text) },
  },
  parameters: { type: "object", additionalProperties: true, description: "Secret ones are masked" },
  alert: {
    type: "object",
    nullable: true,
    additionalProperties: true,
    description: "What the alert said that started it",
  },
  approval: {
    type: "object",
    nullable: true,
    description: "Who has to agree before it starts, and who has; null: nobody has to",
    properties: {
      state: { type: "string", enum: ["asked", "granted"] },
      approvers: {
        type: "array",
        items: text,
        description: "E-mails and role:NAME; empty: whoever may approve",
      },
      quorum: whole,
      votes: {
        type: "array",
        items: { type: "object", properties: { by: text, at: instant, comment: nullable(text) } },
      },
      expires_at: instant,
      on_expiry: { type: "string", enum: ["reject", "approve"] },
      not_before: nullable(instant),
      round: {
        type: "integer",
        description: "Counts up when votes become void, as what is asked for has changed",
      },
      providers: { type: "object", additionalProperties: text, description: "Digests that are approved" },
      actions: { type: "object", additionalProperties: text, description: "Digests that are approved" },
    },
  },
  result_size: { type: "integer", nullable: true, description: "Bytes of what main returned" },
} as const;
const stepState = {
  type: "string",
  enum: [
    ...["pending", "running", "waiting", "succeeded", "failed", "timed_out"],
    ...["cancelled", "skipped", "interrupted"],
  ],
} as const;
const step = {
  type: "object",
  properties: {
    id: text,
    name: text,
    kind: { type: "string", enum: ["run", "python", "http", "action"] },
    provider: { type: "object", nullable: true, properties: { name: text, digest: nullable(text) } },
    state: stepState,
    reason: nullable(text),
    started_at: nullable(instant),
    ended_at: nullable(instant),
    run: { type: "string", nullable: true, description: "The run that an action step has started" },
    taken_from: { type: "string", nullable: true, description: "The run whose step this is: not run again" },
    attempts: {
      type: "array",
      items: {
        type: "object",
        properties: {
          number: whole,
          state: stepState,
          exit_code: nullable(whole),
          signal: nullable(text),
          reason: nullable(text),
          cause: nullable(text),
          isolation: nullable(text),
          started_at: instant,
          ended_at: nullable(instant),
          duration: nullable(whole),
          peak_memory: nullable(whole),
          cpu_time: nullable(whole),
        },
      },
    },
    outputs: { type: "object", additionalProperties: true },
  },
} as const;
export const runObject = { type: "object", properties: run } as const;

export const actionParams = {
  type: "object",
  required: ["org", "id"],
  properties: { org: organization, id: { type: "string", description: "Id or name of the action" } },
} as const;
export const runParams = {
  type: "object",
  required: ["org", "run"],
  properties: { org: organization, run: { type: "string", description: "Id of the run" } },
} as const;
const inputs = { type: "array", description: "Records of a real-time action", items: {} } as const;

export const startSchema = {
  tags,
  summary: "Start an action",
  description: "Needs AllowPost on the action. Numbers in `inputs` reach the script with all their digits.",
  params: actionParams,
  body: {
    type: "object",
    nullable: true,
    properties: { parameters: { type: "object", additionalProperties: true }, inputs },
  },
  response: { 201: { description: "The run as it was created", ...runObject }, ...refusals, 404: notFound },
} as const;

export const dryRunSchema = {
  tags,
  summary: "Tell what a run would do",
  description:
    "Parameters are checked, conditions and templates evaluated, providers and secrets looked up. Nothing is written, started or connected to. Needs AllowPost on the action.",
  params: actionParams,
  body: {
    type: "object",
    nullable: true,
    properties: { parameters: { type: "object", additionalProperties: true } },
  },
  response: {
    200: {
      description: "What it would do",
      type: "object",
      properties: {
        dry_run: { type: "boolean" },
        action_id: text,
        action_name: text,
        version: whole,
        digest: text,
        would: { type: "string", enum: ["run", "skip", "fail"] },
        why: nullable(text),
        approval: { type: "string", nullable: true, description: "Whom it would wait for" },
        parameters: { type: "object", additionalProperties: true },
        steps: { type: "array", items: { type: "object", additionalProperties: true } },
      },
    },
    ...refusals,
    404: notFound,
  },
} as const;

export const testSchema = {
  tags,
  summary: "Run an action and wait for its result",
  description: "As OpenObserve's; each call is also a run.",
  params: actionParams,
  body: { type: "object", nullable: true, properties: { inputs } },
  response: {
    200: {
      description: "What it returned",
      type: "object",
      properties: {
        result: {
          type: "object",
          properties: { Success: { type: "array", items: {} }, Failure: text },
        },
      },
    },
    ...refusals,
    404: notFound,
  },
} as const;

export const getSchema = {
  tags,
  summary: "Read a run",
  params: runParams,
  response: {
    200: {
      description: "The run",
      type: "object",
      properties: {
        ...run,
        steps: { type: "array", description: "Of a runbook: all of them, in their order", items: step },
        result: { description: "What main returned, up to 1 MB" },
      },
    },
    ...refusals,
    404: notFound,
  },
} as const;

export const cancelSchema = {
  tags,
  summary: "Cancel a run",
  description: "What has not started ends at once; what runs is asked to stop, then stopped.",
  params: runParams,
  response: {
    200: { description: "The run as it is then", ...runObject },
    ...refusals,
    404: notFound,
    409: { ...notFound, description: "It has ended already" },
  },
} as const;

export const retrySchema = {
  tags,
  summary: "Try a run again",
  description:
    "A new run of the same version with the same parameters; of a runbook from the step that failed, with the outputs of those before it.",
  params: runParams,
  response: {
    201: { description: "The new run", ...runObject },
    ...refusals,
    404: notFound,
    409: { ...notFound, description: "It has not ended yet" },
  },
} as const;

export const logsSchema = {
  tags,
  summary: "Read or follow the log of a run",
  description:
    "JSON lines; with `Accept: text/event-stream` events `line` (id: sequence) and at last `end` with the run.",
  params: runParams,
  querystring: {
    type: "object",
    properties: {
      follow: { type: "boolean", description: "JSON lines until the run has ended" },
      after: { type: "integer", minimum: 0, description: "Lines behind this sequence" },
    },
  },
  response: {
    200: {
      description: "Lines: sequence, at (µs), stream, level, text",
      content: {
        "application/x-ndjson": { schema: { type: "string" } },
        "text/event-stream": { schema: { type: "string" } },
      },
    },
    ...refusals,
    404: notFound,
  },
} as const;
