import pLimit from "p-limit";
import { makePlan } from "../core/plan/make-plan.ts";
import type { MissingAccounts } from "../core/plan/missing-accounts.ts";
import { needsFields } from "../core/plan/needs-fields.ts";
import { type Pair, pair } from "../core/plan/pair.ts";
import type { Applied, AppliedItem, Plan } from "../core/plan/plan.ts";
import { flags, type PlanOptions } from "../core/plan/plan-options.ts";
import type { RetryPolicy } from "./apply/retry-policy.ts";
import type { Desired } from "./desired.ts";
import { exitCodes } from "./exit-codes.ts";
import { missingSecrets } from "./missing-secrets.ts";
import type { LiveServer, LiveState } from "./ports.ts";
import { Refusal } from "./refusal.ts";

/** Details read at once. */
const reading = 8;

export interface LookRequest {
  readonly server: LiveServer;
  readonly organization: string;
  /** "rota 0.1.0" */
  readonly engine: string;
  readonly options: PlanOptions;
}

/** What was seen, and the plan that it comes to. */
export interface View {
  readonly plan: Plan;
  readonly settled: readonly AppliedItem[];
  readonly pairs: readonly Pair[];
  readonly missingAccounts: MissingAccounts;
  readonly applied: Applied | undefined;
}

/**
 * Reads ledger and server, pairs, and plans. One list, and one request more for each item that differs.
 * Throws when anything could not be read whole: a partial view never yields a delete.
 */
export async function look(desired: Desired, request: LookRequest, retry: RetryPolicy): Promise<View> {
  const { target, ledger } = request.server;
  const options = withPrune(request.options, desired);
  const applied = await retry.read(() => ledger.read(desired.scope));
  const live = await retry.read(() => target.list());
  const pairs = await readFields(pair(desired.items, live), target, desired.scope, options, retry);
  const { scope, commit, warnings } = desired;
  const { organization, engine } = request;
  const server = target.address;
  const hints = await missingSecrets(desired, target);
  const planned = makePlan({
    pairs,
    applied,
    scope,
    commit,
    server,
    organization,
    engine,
    options,
    warnings,
    hints,
  });
  return { ...planned, pairs, applied };
}

function withPrune(options: PlanOptions, desired: Desired): PlanOptions {
  const prune = options.prune || desired.prune;
  if (prune && !desired.scopeWritten)
    throw new Refusal(
      "SCOPE_NEEDED",
      exitCodes.usage,
      `${flags.prune} deletes what this scope owns, and no scope is written down`,
      `Write into rota.yaml which one it is:\n\nscope: ${desired.scope}`,
    );
  return { ...options, prune };
}

/** Reads the items that a digest does not settle; what is gone meanwhile is paired with nothing. */
async function readFields(
  pairs: readonly Pair[],
  target: LiveState,
  scope: string,
  options: PlanOptions,
  retry: RetryPolicy,
): Promise<readonly Pair[]> {
  const limit = pLimit(reading);
  const read = async (one: Pair): Promise<Pair> => ({
    ...one,
    live: await retry.read(() => target.get({ kind: one.kind, name: one.name })),
  });
  return await Promise.all(
    pairs.map((one) => (needsFields(one, scope, options) ? limit(() => read(one)) : one)),
  );
}
