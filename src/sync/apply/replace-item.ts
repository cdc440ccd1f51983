import { actionDigest } from "../../core/bundle/digest.ts";
import type { DesiredItem, LiveItem, Operation } from "../../core/plan/plan.ts";
import { PlanDefect } from "../../core/plan/plan-defect.ts";
import { temporaryName } from "../../core/plan/temporary-name.ts";
import { PreconditionFailed, TargetError } from "../targets/target-error.ts";
import { type PerformContext, performOperation } from "./perform-operation.ts";

/**
 * Replaces an action whose type changes; a server lets that happen only by making a new one. The old one
 * lives until the new one is verified:
 *
 *     1  create the new one under its temporary name, read it back
 *     2  delete the old one
 *     3  rename the new one
 *
 * Wherever this stops, the next plan sees it: after 1 both halves are there and it begins again with the
 * new half that it finds; after 2 only the new half is left, and the plan says that it finishes.
 */
export async function replaceItem(
  operation: Operation,
  desired: DesiredItem,
  context: PerformContext,
): Promise<LiveItem | undefined> {
  const half = underTemporaryName(desired);
  await checkOld(operation, context);
  const made = (await usableLeftover(half, context)) ?? (await create(half, context));
  if (made === undefined) throw new PlanDefect("A created item was not answered");
  if (operation.before !== undefined) await performOperation(deletion(operation), undefined, context);
  return await performOperation(rename(operation, made), desired, context);
}

function underTemporaryName(desired: DesiredItem): DesiredItem {
  if (desired.code === undefined) throw new PlanDefect(`A ${desired.kind} cannot be replaced`);
  const name = temporaryName(desired.name);
  const fields = { ...desired.fields, name };
  return { ...desired, name, fields, digest: actionDigest(fields, desired.code) };
}

/** The old half must be what was planned against before anything is made for its sake. */
async function checkOld(operation: Operation, { target, retry }: PerformContext): Promise<void> {
  const { kind, name, id, etag, before } = operation;
  const found = await retry.read(() => target.get({ kind, name }));
  const expected = before === undefined ? found === undefined : found?.id === id && found?.etag === etag;
  if (!expected)
    throw new PreconditionFailed(`${kind} ${JSON.stringify(name)} was changed by somebody else meanwhile`);
}

/** What an interrupted try left, when it is what is wanted; else it is removed. */
async function usableLeftover(half: DesiredItem, context: PerformContext): Promise<LiveItem | undefined> {
  const { target, retry, scope } = context;
  const found = await retry.read(() => target.get({ kind: half.kind, name: half.name }));
  if (found === undefined) return undefined;
  if (found.managedBy !== scope)
    throw new TargetError(
      "REFUSED",
      `The name ${JSON.stringify(half.name)}, which the new one has for a moment, is taken by an item of others`,
    );
  if (found.digest === half.digest) return found;
  const { kind, name } = half;
  await performOperation(
    { ...deletion(blank), kind, name, id: found.id, etag: found.etag },
    undefined,
    context,
  );
  return undefined;
}

const create = (half: DesiredItem, context: PerformContext) =>
  performOperation(
    {
      ...blank,
      kind: half.kind,
      name: half.name,
      operation: "create",
      after: { digest: half.digest, code: half.code },
      codeChanged: true,
    },
    half,
    context,
  );

const rename = (operation: Operation, made: LiveItem): Operation => ({
  ...operation,
  operation: "update",
  id: made.id,
  etag: made.etag,
  before: { digest: made.digest, code: made.code },
  fields: [{ path: "name", before: made.name, after: operation.name }],
  codeChanged: false,
});

const deletion = (operation: Operation): Operation => ({
  ...operation,
  operation: "delete",
  after: undefined,
  fields: [],
  codeChanged: false,
});

const blank: Operation = {
  kind: "action",
  name: "",
  operation: "delete",
  reason: undefined,
  drift: false,
  id: undefined,
  etag: undefined,
  before: undefined,
  after: undefined,
  fields: [],
  codeChanged: false,
};
