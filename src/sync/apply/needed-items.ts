import type { JsonObject } from "../../core/json.ts";
import type { DesiredItem, ItemKind, ItemRef } from "../../core/plan/plan.ts";

/** What an action cannot do without: the account whose rights its runs have, and the places that its steps name. */
export function neededItems({ kind, fields, serviceAccount }: DesiredItem): readonly ItemRef[] {
  if (kind !== "action") return [];
  const accounts = serviceAccount === undefined ? [] : [serviceAccount.toLowerCase()];
  const steps = (Array.isArray(fields.steps) ? fields.steps : []) as readonly JsonObject[];
  const places = steps.map(({ provider }) => provider).filter((name) => typeof name === "string");
  const refs = (of: ItemKind, names: readonly string[]) => names.map((name) => ({ kind: of, name }));
  return [...refs("service-account", accounts), ...refs("provider", places)];
}
