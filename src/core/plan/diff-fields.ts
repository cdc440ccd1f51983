import { canonicalJson, type Json, type JsonObject } from "../json.ts";
import type { FieldChange } from "./plan.ts";

/** Deeper than any manifest goes; below it a value is shown whole. */
const maxDepth = 32;

/**
 * What differs between two canonical values, by path, sorted: `schedule.cron`, `env.LEVEL`,
 * `steps[1].run`, `parameters["a.b"].type`. Never empty for values that differ. A reference to a secret
 * is one value, and so is a list of anything but objects.
 */
export function diffFields(before: JsonObject | undefined, after: JsonObject | undefined): FieldChange[] {
  return differences({ path: "", before: before ?? {}, after: after ?? {} }, 0).sort((left, right) =>
    left.path < right.path ? -1 : 1,
  );
}

function differences(at: FieldChange, depth: number): FieldChange[] {
  if (same(at.before, at.after)) return [];
  const members = depth < maxDepth ? (objectMembers(at) ?? listMembers(at)) : undefined;
  return members?.flatMap((member) => differences(member, depth + 1)) ?? [at];
}

const same = (before: Json | undefined, after: Json | undefined): boolean =>
  before === after ||
  (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after));

/** Members of two objects, or of one that appears or disappears; undefined for anything else. */
function objectMembers({ path, before, after }: FieldChange): FieldChange[] | undefined {
  if (!isOpen(before) || !isOpen(after)) return undefined;
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (keys.length === 0) return undefined;
  return keys.map((key) => ({ path: join(path, key), before: own(before, key), after: own(after, key) }));
}

/**
 * Elements of two lists of objects by index, the equal ones at both ends left out, so that an element
 * put in or taken out does not show all that follow as changed.
 */
function listMembers({ path, before, after }: FieldChange): FieldChange[] | undefined {
  if (!(isOpenList(before) && isOpenList(after))) return undefined;
  const old = before ?? [];
  const now = after ?? [];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && same(old[start], now[start])) start++;
  let end = 0;
  while (end < shorter - start && same(old.at(-1 - end), now.at(-1 - end))) end++;
  const changed = Math.max(old.length, now.length) - end - start;
  return Array.from({ length: changed }, (_, offset) => ({
    path: `${path}[${start + offset}]`,
    before: start + offset < old.length - end ? old[start + offset] : undefined,
    after: start + offset < now.length - end ? now[start + offset] : undefined,
  }));
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The name of a secret: `{secret: NAME}`. */
export const isSecretReference = (value: Json | undefined): value is { readonly secret: string } =>
  isObject(value) && typeof value.secret === "string" && Object.keys(value).length === 1;

const isOpen = (value: Json | undefined): value is JsonObject | undefined =>
  value === undefined || (isObject(value) && !isSecretReference(value));

const isOpenList = (value: Json | undefined): value is readonly JsonObject[] | undefined =>
  value === undefined || (Array.isArray(value) && value.length > 0 && value.every(isObject));

const own = (object: JsonObject | undefined, key: string): Json | undefined =>
  object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;

function join(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
