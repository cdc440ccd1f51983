import type { Issue } from "./issue.ts";
import { type Locator, layeredLocator } from "./source/locate.ts";
import { readYaml } from "./source/read-yaml.ts";
import { schemaProblems } from "./written/schema-problems.ts";
import { validateOverlay } from "./written/validate.generated.js";
import type { Patch, WrittenOverlay } from "./written/written.generated.ts";

/** An environment's changes, laid over what actions write. */
export interface Overlay {
  /** Names of the actions that it changes. */
  readonly names: readonly string[];
  /** The changed value, and a locator that knows which file a value came from. */
  lay(value: unknown, locator: Locator, name: string): { value: unknown; locator: Locator };
  /** An issue at the place where the overlay names this action. */
  issueAt(name: string, code: string, message: string, hint: string | undefined): Issue;
}

/** Reads an overlay file. Never throws: what is wrong is in `issues`. */
export function parseOverlay(
  bytes: Uint8Array,
  file: string,
): { readonly overlay: Overlay | undefined; readonly issues: readonly Issue[] } {
  const { value, locator, issues } = readYaml(bytes, file);
  if (locator === undefined) return { overlay: undefined, issues };
  const structure = schemaProblems(validateOverlay, value).map((problem) => locator.issue(problem));
  if (structure.length > 0) return { overlay: undefined, issues: [...issues, ...structure] };
  const { actions = {} } = value as WrittenOverlay;
  return {
    issues,
    overlay: {
      names: Object.keys(actions),
      lay(written, lower, folder) {
        const name = nameOf(written) ?? folder;
        const patch = Object.hasOwn(actions, name) ? actions[name] : undefined;
        if (patch === undefined || !isMapping(written)) return { value: written, locator: lower };
        return { value: lay(written, patch), locator: layeredLocator(locator, ["actions", name], lower) };
      },
      issueAt: (name, code, message, hint) =>
        locator.issue({ code, path: ["actions", name], key: true, message, ...(hint && { hint }) }),
    },
  };
}

type Mapping = { readonly [key: string]: unknown };
const isMapping = (value: unknown): value is Mapping =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const nameOf = (written: unknown): string | undefined =>
  isMapping(written) && typeof written.name === "string" ? written.name : undefined;

/** The keys that say when: one of them replaces all that the action wrote. */
const timings = ["cron", "frequency", "time", "days", "dayOfMonth", "at", "once"];

function lay(written: Mapping, patch: Patch): Mapping {
  const { schedule, enabled, ...blocks } = patch;
  const laid: Record<string, unknown> = { ...written };
  if (enabled !== undefined) laid.enabled = enabled;
  for (const [key, block] of Object.entries(blocks))
    if (block !== undefined) laid[key] = { ...(isMapping(written[key]) ? written[key] : {}), ...block };
  if (schedule !== undefined) {
    const own = isMapping(written.schedule) ? written.schedule : {};
    const newTiming = ["cron", "frequency", "at", "once"].some((key) => Object.hasOwn(schedule, key));
    const kept = Object.entries(own).filter(([key]) => !newTiming || !timings.includes(key));
    laid.schedule = { ...Object.fromEntries(kept), ...schedule };
  }
  return laid;
}
