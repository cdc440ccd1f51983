import type { Json, JsonObject } from "../../json.ts";
import { type TemplateContext, testMarker } from "./alert-sample.ts";
import type { ContentPart, ContentSpec } from "./content-spec.ts";

const variable = /\{([A-Za-z_][A-Za-z0-9_.-]*)(?::(\d{1,6}))?\}/g;

/**
 * What an action gets for a template of kind content: OpenObserve's envelope for webhooks, version 1. Values are
 * whole; only in the Markdown of the body what would be markup in them is escaped.
 */
export function renderContent(spec: ContentSpec, context: TemplateContext): JsonObject {
  const raw = (text: string) => substitute(text, context, (value) => value);
  const level = context.variables.alert_level ?? "";
  const isShown = ({ levels }: ContentPart) => levels === undefined || levels.includes(level);
  const title = raw(spec.titleOverrides.webhook ?? spec.title);
  return {
    version: 1,
    title: title.startsWith(testMarker) ? title : `${testMarker}${title}`,
    body_markdown: substitute(spec.body, context, escapeMarkdown),
    fields: Object.fromEntries(spec.fields.filter(isShown).map((part) => [raw(part.label), raw(part.value)])),
    rows: context.rows,
    links: [
      ...spec.links.filter(isShown).map((part) => ({ label: raw(part.label), url: raw(part.value) })),
      { label: "", url: context.variables.alert_url ?? "" },
    ],
    severity: level || null,
    chart_url: null,
    context: contextJson(context),
  };
}

/** A variable that nobody knows is shown as a dash. */
function substitute(text: string, context: TemplateContext, inert: (value: string) => string): string {
  return text.replace(variable, (_, name: string, digits?: string) => {
    const value = lookUp(name, context);
    if (value === undefined) return "–";
    const length = digits === undefined ? undefined : Number(digits) || undefined;
    return inert([...value].slice(0, length).join(""));
  });
}

function lookUp(name: string, { variables, rows, attributes }: TemplateContext): string | undefined {
  if (Object.hasOwn(variables, name)) return variables[name];
  const found = valuesOf(rows, name);
  if (found.length > 0) return found.join(", ");
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

/** Every variable with its value; what is empty is null, columns of rows are lists. */
function contextJson({ variables, rows, attributes }: TemplateContext): JsonObject {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const orNull = ([name, value]: [string, string]): [string, Json] => [name, value === "" ? null : value];
  return Object.fromEntries([
    ...Object.entries(attributes).map(orNull),
    ...columns.map((name): [string, Json] => [name, valuesOf(rows, name)]),
    ...Object.entries(variables).map(orNull),
  ]);
}

const valuesOf = (rows: readonly JsonObject[], name: string): readonly string[] => [
  ...new Set(
    rows
      .filter((row) => Object.hasOwn(row, name))
      .map((row) => (typeof row[name] === "string" ? row[name] : JSON.stringify(row[name]))),
  ),
];

/** A backslash before punctuation is that punctuation in every Markdown. */
const escapeMarkdown = (value: string): string => value.replace(/[!-/:-@[-`|~]/g, "\\$&");
