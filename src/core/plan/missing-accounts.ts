import { accountLine } from "../access/account-line.ts";
import type { Pair } from "./pair.ts";
import type { Operation } from "./plan.ts";

/** The service accounts that actions name and that will not be there, each with its actions. */
export type MissingAccounts = ReadonlyMap<string, readonly string[]>;

/**
 * Accounts that declared actions name and that neither git declares nor the server keeps once the operations are
 * done. E-mails are in lower case wherever accounts are kept.
 */
export function missingAccounts(
  pairs: readonly Pair[],
  operations: readonly Pick<Operation, "kind" | "name" | "operation">[],
): MissingAccounts {
  const there = new Set(pairs.filter(({ kind }) => kind === "service-account").map(({ name }) => name));
  for (const { kind, name, operation } of operations)
    if (kind === "service-account" && operation === "delete") there.delete(name);
  const missing = new Map<string, string[]>();
  for (const { desired } of pairs) {
    const account = desired?.serviceAccount;
    if (desired === undefined || account === undefined || there.has(account.toLowerCase())) continue;
    const users = missing.get(account);
    if (users === undefined) missing.set(account, [desired.name]);
    else users.push(desired.name);
  }
  return missing;
}

/** What a plan says of them: apply refuses until they are there. */
export const missingSentences = (missing: MissingAccounts, organization: string): readonly string[] =>
  [...missing].map(
    ([account, users]) =>
      `service account ${account} does not exist (${namesText(users)}): apply refuses until it is declared in ` +
      `rota.yaml, ${accountLine(account, organization)}, or made on the server`,
  );

const most = 3;
/** Some names, and how many there are besides. */
export const namesText = (names: readonly string[]): string =>
  names.length <= most
    ? names.join(", ")
    : `${names.slice(0, most).join(", ")} and ${names.length - most} more actions`;
