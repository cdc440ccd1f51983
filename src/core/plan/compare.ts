import type { JsonObject } from "../json.ts";
import { diffFields } from "./diff-fields.ts";
import type { DesiredItem, FieldChange, ItemKind, LiveItem } from "./plan.ts";
import { PlanDefect } from "./plan-defect.ts";

/** How a desired item and its live one differ. */
export type Comparison =
  | { readonly same: true }
  | {
      readonly same: false;
      /** Sorted by path. */
      readonly fields: readonly FieldChange[];
      readonly codeChanged: boolean;
      /** Why this needs a new item; undefined where the target can change what differs. */
      readonly replace: string | undefined;
    };

/** Fields that no target changes on a live item. */
const immutableFields: Readonly<Record<ItemKind, readonly string[]>> = {
  action: ["type"],
  "service-account": [],
  provider: [],
};

/**
 * Compares both sides in their canonical form, where fields equal to their default are left out: a
 * field that git does not write is meant to have its default.
 *
 * @throws PlanDefect when the digests differ and nothing that could be shown does
 */
export function compare(desired: DesiredItem, live: LiveItem): Comparison {
  if (live.digest !== undefined && live.digest === desired.digest) return { same: true };
  const fields = diffFields(known(live), desired.fields);
  const codeChanged = !sameCode(desired.code, live.code);
  if (fields.length > 0 || codeChanged)
    return { same: false, fields, codeChanged, replace: replaceReason(desired, live) };
  if (live.digest === undefined) return { same: true };
  throw new PlanDefect(
    `${desired.kind} ${JSON.stringify(desired.name)} has digest ${live.digest.slice(0, 12)} on the server and ` +
      `${desired.digest.slice(0, 12)} here, but no field and no code differs`,
  );
}

function known(live: LiveItem): JsonObject {
  if (live.fields !== undefined) return live.fields;
  throw new PlanDefect(`The fields of ${live.kind} ${JSON.stringify(live.name)} were not read`);
}

/** A zip's name carries the first 24 characters; a server that says nothing is taken to differ. */
const sameCode = (desired: string | undefined, live: string | undefined): boolean =>
  desired === live ||
  (desired !== undefined && live !== undefined && live.length >= 24 && desired.startsWith(live));

function replaceReason(desired: DesiredItem, live: LiveItem): string | undefined {
  for (const field of immutableFields[desired.kind]) {
    const [before, after] = [live.fields?.[field], desired.fields[field]];
    if (before !== after)
      return `${field} ${text(before)} -> ${text(after)} needs a new ${desired.kind.replace("-", " ")}`;
  }
  return undefined;
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? null));
