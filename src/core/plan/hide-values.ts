import { isSecretReference } from "./diff-fields.ts";
import type { FieldChange } from "./plan.ts";

/** Stands in a plan for a value that git never held. */
export const hidden = "(hidden)";

/**
 * Takes values out of a diff that may be secrets: what a reference to a secret takes the place of, and,
 * where the live item is not what we applied (`foreign`), every variable and header that somebody typed there.
 * A plan is posted on pull requests; git's own side is public to its readers already.
 */
export function hideValues(changes: readonly FieldChange[], foreign: boolean): readonly FieldChange[] {
  return changes.map((change) => {
    if (change.before === undefined || isSecretReference(change.before)) return change;
    const isTyped = /(^|\.)(env|headers)[.[]/.test(change.path);
    const hide = isSecretReference(change.after) || (foreign && isTyped);
    return hide ? { ...change, before: hidden } : change;
  });
}
