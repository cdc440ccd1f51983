import type { JsonObject } from "../json.ts";
import { isFinal, type Run } from "../run/run.ts";
import { type Instant, toMilliseconds } from "../time.ts";

/**
 * What is told of a run to whoever hears of it: the variable `run` of an event's parameters, and `run` in notifications.
 * Secret parameters (`secret`: their names) are left out; times are ISO 8601.
 */
export const runFacts = (run: Run, state: string, secret: readonly string[]): JsonObject => ({
  id: run.id,
  action: run.actionName,
  version: run.version,
  organization: run.organization,
  state,
  reason: (run.state === state || !isFinal(run.state) ? run.reason : undefined) ?? null,
  trigger: run.trigger.kind,
  actor: run.actor,
  attempt: run.attempt,
  created_at: text(run.createdAt),
  started_at: run.startedAt === undefined ? null : text(run.startedAt),
  ended_at: run.endedAt === undefined ? null : text(run.endedAt),
  parameters: Object.fromEntries(Object.entries(run.parameters).filter(([name]) => !secret.includes(name))),
});

const text = (instant: Instant): string => new Date(toMilliseconds(instant)).toISOString();
