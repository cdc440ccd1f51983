import type { Json, JsonObject } from "../../json.ts";

/** What a message says, apart from how a destination lays it out: the body of a template of kind content. */
export interface ContentSpec {
  readonly title: string;
  readonly titleOverrides: Readonly<Record<string, string>>;
  /** Markdown. */
  readonly body: string;
  readonly fields: readonly ContentPart[];
  readonly links: readonly ContentPart[];
}

/** A field with its value, or a link with its address. */
export interface ContentPart {
  readonly label: string;
  readonly value: string;
  /** Alert levels at which it is shown; undefined: at all of them. */
  readonly levels: readonly string[] | undefined;
}

export type ReadContentSpec =
  | { readonly ok: true; readonly spec: ContentSpec }
  | { readonly ok: false; readonly problem: string };

/** Reads a content spec. Members that it does not know are left alone, those that are missing get a default. */
export function readContentSpec(body: Json): ReadContentSpec {
  try {
    const spec = specOf(body);
    const bad = spec.links.find(({ value }) => !isLink(value));
    return bad === undefined ? { ok: true, spec } : { ok: false, problem: badLink(bad) };
  } catch (error) {
    if (error instanceof Misfit) return { ok: false, problem: error.message };
    throw error;
  }
}

/** Reads the JSON text of a content spec. */
export function parseContentSpec(text: string): ReadContentSpec {
  try {
    return readContentSpec(JSON.parse(text) as Json);
  } catch {
    return { ok: false, problem: "it is no JSON" };
  }
}

class Misfit extends Error {}

function specOf(value: Json): ContentSpec {
  if (!isObject(value)) throw new Misfit("it must be an object");
  const overrides = value.title_overrides ?? {};
  if (!isObject(overrides)) throw new Misfit("title_overrides must be an object");
  return {
    title: text(value, "title"),
    titleOverrides: Object.fromEntries(Object.keys(overrides).map((key) => [key, text(overrides, key)])),
    body: text(value, "body"),
    fields: list(value, "fields", "value"),
    links: list(value, "links", "url"),
  };
}

function list(of: JsonObject, key: string, member: string): readonly ContentPart[] {
  const found = of[key] ?? [];
  if (!Array.isArray(found)) throw new Misfit(`${key} must be a list`);
  return (found as readonly Json[]).map((part) => {
    if (!isObject(part)) throw new Misfit(`${key} must be a list of objects`);
    return {
      label: text(part, "label"),
      value: text(part, member),
      levels: levelsOf(part.show_when ?? null),
    };
  });
}

function levelsOf(filter: Json): readonly string[] | undefined {
  if (filter === null) return undefined;
  const levels = isObject(filter) ? (filter.levels ?? []) : undefined;
  if (!Array.isArray(levels)) throw new Misfit("show_when must be an object with a list of levels");
  return levels.map(String);
}

function text(of: JsonObject, key: string): string {
  const found = of[key] ?? "";
  if (typeof found !== "string") throw new Misfit(`${key} must be a text`);
  return found;
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const badLink = ({ label, value }: ContentPart): string =>
  `link '${label || "<unlabeled>"}' has an unsupported URL scheme: ${JSON.stringify(value)}. Links must use http, https or mailto (a relative path or a {variable} is also allowed).`;

/** Whether a link leads where a reader may be sent: an address, or what a variable makes one. */
function isLink(written: string): boolean {
  const url = written.trim();
  if (url === "" || /[\s\p{Cc}]/u.test(url)) return false;
  if (/^[/?#]/.test(url)) return true;
  // A variable alone before the colon, or no colon before path, query or fragment: its value decides.
  if (url.startsWith("{")) return /^\{[^{}]+\}(:|[^:]*$|[^:]*[/?#])/.test(url);
  if (/^mailto:/i.test(url)) return /^mailto:[^@?]+@[^@.?][^@?]*\.[^@?]+/i.test(url);
  const parsed = /^https?:/i.test(url) ? URL.parse(url) : null;
  return parsed !== null && /[a-z0-9]/i.test(parsed.hostname) && !/^[.-]|[.-]$/.test(parsed.hostname);
}
