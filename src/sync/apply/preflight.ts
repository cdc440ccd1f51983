import pLimit from "p-limit";
import type { MissingAccounts } from "../../core/plan/missing-accounts.ts";
import { itemKey } from "../../core/plan/pair.ts";
import type { DesiredItem, Operation, Plan } from "../../core/plan/plan.ts";
import type { Capabilities } from "../ports.ts";
import { PreflightError } from "../refusal.ts";
import type { BundleShelf } from "./bundle-shelf.ts";

export interface PreflightContext {
  readonly plan: Plan;
  readonly desired: ReadonlyMap<string, DesiredItem>;
  readonly missingAccounts: MissingAccounts;
  readonly capabilities: Capabilities;
  readonly shelf: BundleShelf;
}

/** Bundles built at once; each holds its folder in memory. */
const building = 4;

/**
 * Finds what would make an operation fail before the first one starts, all of it at once.
 *
 * @throws PreflightError with what is missing and the lines to add to rota.yaml
 */
export async function preflight(context: PreflightContext): Promise<void> {
  const writes = context.plan.operations.filter(({ operation }) => operation !== "delete");
  const accounts = context.missingAccounts;
  const problems = [
    ...longNames(writes, context.capabilities),
    ...[...accounts].map(
      ([account, users]) => `service account ${account} does not exist (${users.join(", ")})`,
    ),
    ...(await brokenBundles(writes, context)),
  ];
  if (problems.length > 0)
    throw new PreflightError(
      problems,
      accounts.size === 0 ? undefined : declaration(accounts.keys(), context.plan),
    );
}

const longNames = (writes: readonly Operation[], { maxNameLength }: Capabilities): readonly string[] =>
  writes
    .filter(({ kind, name }) => kind === "action" && name.length > maxNameLength)
    .map(({ name }) => `action ${name}: this server takes names of at most ${maxNameLength} characters`);

function declaration(accounts: Iterable<string>, { organization }: Plan): string {
  const permission = `{ object: "action_scripts:_all_${organization}", permission: AllowGet }`;
  const lines = [...accounts].sort().map((account) => `  ${account}:\n    permissions: [${permission}]`);
  return `Declare it in rota.yaml, or make it on the server:\n\nserviceAccounts:\n${lines.join("\n")}`;
}

async function brokenBundles(
  writes: readonly Operation[],
  { desired, shelf }: PreflightContext,
): Promise<readonly string[]> {
  const limit = pLimit(building);
  const built = writes
    .filter(({ operation, codeChanged }) => codeChanged || operation === "replace")
    .map((operation) => desired.get(itemKey(operation)))
    .filter((item) => item?.code !== undefined)
    .map((item) =>
      limit(async () => {
        try {
          await shelf.prepare(item as DesiredItem);
          return undefined;
        } catch (error) {
          return `${item?.kind} ${item?.name}: ${error instanceof Error ? error.message : String(error)}`;
        }
      }),
    );
  return (await Promise.all(built)).filter((problem) => problem !== undefined);
}
