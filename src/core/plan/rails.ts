import type { Override, Rail } from "./plan.ts";
import { flags, type PlanOptions } from "./plan-options.ts";

/** What the rails look at. */
export interface RailNumbers {
  readonly desired: number;
  /** Live items of this scope before anything is done. */
  readonly owned: number;
  /** A replace deletes too. */
  readonly deletes: number;
  readonly updates: number;
}

const freeDeletes = 2;
const deleteShare = 0.2;
const updateShare = 0.5;
const updatesFrom = 10;

interface Reached {
  readonly rail: Rail["rail"];
  readonly numbers: string;
  readonly flag: string;
  readonly allowed: boolean;
}

/**
 * Holds a plan against the limits that catch a wrong branch, a wrong folder, a wrong server: those
 * reached, and those reached that a flag let through.
 */
export function checkRails(
  numbers: RailNumbers,
  options: PlanOptions,
): { readonly rails: readonly Rail[]; readonly overrides: readonly Override[] } {
  const reached = [
    emptySet(numbers, options),
    tooManyDeletes(numbers, options),
    tooManyUpdates(numbers, options),
  ].filter((rail) => rail !== undefined);
  return {
    rails: reached
      .filter(({ allowed }) => !allowed)
      .map(({ rail, numbers, flag }) => ({ rail, message: numbers, override: flag })),
    overrides: reached
      .filter(({ allowed }) => allowed)
      .map(({ numbers, flag }) => ({ flag, reason: numbers })),
  };
}

function emptySet({ desired, owned }: RailNumbers, { allowEmpty }: PlanOptions): Reached | undefined {
  if (desired > 0) return undefined;
  const numbers = `nothing is declared here, while ${owned} on the server ${owned === 1 ? "belongs" : "belong"} to this scope`;
  return { rail: "empty", numbers, flag: flags.allowEmpty, allowed: allowEmpty };
}

function tooManyDeletes({ deletes, owned }: RailNumbers, { allowDeletes }: PlanOptions): Reached | undefined {
  if (deletes <= Math.max(freeDeletes, owned * deleteShare)) return undefined;
  const numbers =
    `${deletes} of ${owned} owned would be deleted or replaced (${percent(deletes, owned)}), ` +
    `more than ${freeDeletes} and more than ${deleteShare * 100} %`;
  return { rail: "deletes", numbers, flag: flags.allowDeletes, allowed: allowDeletes };
}

function tooManyUpdates({ updates, owned }: RailNumbers, { allowUpdates }: PlanOptions): Reached | undefined {
  if (owned < updatesFrom || updates <= owned * updateShare) return undefined;
  const numbers =
    `${updates} of ${owned} owned would be updated (${percent(updates, owned)}), ` +
    `more than ${updateShare * 100} % where ${updatesFrom} or more are owned`;
  return { rail: "updates", numbers, flag: flags.allowUpdates, allowed: allowUpdates };
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? "all" : `${Math.round((part / whole) * 100)} %`;
