import { compare } from "../../core/plan/compare.ts";
import type { DesiredItem, LiveItem, Operation } from "../../core/plan/plan.ts";
import type { ItemSource, SyncTarget } from "../ports.ts";
import { PreconditionFailed, TargetError } from "../targets/target-error.ts";
import type { RetryPolicy } from "./retry-policy.ts";

export interface PerformContext {
  readonly target: SyncTarget;
  readonly scope: string;
  readonly retry: RetryPolicy;
  readonly source: ItemSource;
}

/**
 * Carries out one create, update or delete so that it happens once: after a failure that may have had an
 * effect the item is looked up before anything is sent again (a create has no idempotency key, and may
 * start a run). Afterwards the item is read back and compared. Answers the item as it then is, undefined
 * after a delete.
 *
 * @throws TargetError as the server answers, or when what is read back is not what was sent
 */
export async function performOperation(
  operation: Operation,
  desired: DesiredItem | undefined,
  context: PerformContext,
): Promise<LiveItem | undefined> {
  const { target, scope, retry, source } = context;
  let unsure = false;
  let accepted = false;
  for (let attempt = 0; ; attempt++) {
    try {
      await target.perform(operation, desired, scope, source);
      // From here on nothing may be sent again unseen, not even when reading back is refused as too busy.
      unsure = accepted = true;
      const found = await readBack(operation, context);
      if (outcomeOf(operation, desired, found, scope) === "done") return found;
      throw notAsSent(operation);
    } catch (error) {
      unsure ||= error instanceof TargetError && error.mayHaveHappened;
      if (unsure) {
        const found = await readBack(operation, context);
        const outcome = outcomeOf(operation, desired, found, scope);
        if (outcome === "done") return found;
        if (outcome === "changed") throw accepted ? notAsSent(operation) : someoneElse(operation, error);
      }
      if (!(await retry.again(error, attempt))) throw error;
    }
  }
}

const readBack = ({ kind, name }: Operation, { target, retry }: PerformContext) =>
  retry.read(() => target.get({ kind, name }));

/** What became of a write, as far as the server's present state tells. */
function outcomeOf(
  operation: Operation,
  desired: DesiredItem | undefined,
  found: LiveItem | undefined,
  scope: string,
): "done" | "untouched" | "changed" {
  if (desired === undefined) {
    if (found === undefined || found.id !== operation.id) return "done";
    return found.etag === operation.etag ? "untouched" : "changed";
  }
  if (found !== undefined && isAsDesired(desired, found, scope)) return "done";
  // A name that nothing has: not created, or not renamed; an update of what is gone is refused by its id.
  if (found === undefined) return "untouched";
  return operation.operation === "update" && found.etag === operation.etag ? "untouched" : "changed";
}

const isAsDesired = (desired: DesiredItem, found: LiveItem, scope: string): boolean =>
  found.managedBy === scope && found.name === desired.name && compare(desired, found).same;

const notAsSent = ({ operation }: Operation): TargetError =>
  new TargetError(
    "REFUSED",
    `The server accepted this ${operation}, but what it then has is not what was sent`,
  );

const someoneElse = (operation: Operation, cause: unknown): PreconditionFailed =>
  new PreconditionFailed(
    `${operation.kind} ${JSON.stringify(operation.name)} was changed by somebody else meanwhile`,
    { cause },
  );
