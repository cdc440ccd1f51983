import type { Json } from "../../json.ts";
import type { TemplateContext } from "./alert-sample.ts";

/**
 * `{name}` and `{name:N}` (N characters, or rows); `{...rows}` takes lists among the rows apart. With its quotes, so
 * that rows can be JSON where a JSON text would stand.
 */
const variable = /("?)\{(\.\.\.)?([A-Za-z_][A-Za-z0-9_.-]*)(?::(\d{1,6}))?\}("?)/g;

/**
 * A template's body with its variables replaced, as a text: whether it is JSON then is for who sends it to see.
 * The alert's own variables come as they are; values of rows and attributes have what would break a JSON text
 * escaped; `"{rows}"` between quotes becomes a JSON list where the rows are JSON. What nobody knows stays as it is,
 * and what a value contains is never replaced again.
 */
export function renderTemplate(body: string, context: TemplateContext): string {
  return body.replace(variable, (whole, before: string, spread, name: string, digits, after: string) => {
    const length = digits === undefined ? undefined : Number(digits);
    if (name === "rows") {
      const areQuoted = before !== "" && after !== "";
      const list = areQuoted ? rowList(context.rowTexts, spread !== undefined, length) : undefined;
      return list ?? `${before}${rowText(context.rowTexts, length)}${after}`;
    }
    const value = spread === undefined ? standsFor(name, context, length) : undefined;
    return value === undefined ? whole : `${before}${value}${after}`;
  });
}

function standsFor(name: string, context: TemplateContext, length: number | undefined): string | undefined {
  const known = own(context.variables, name);
  if (known !== undefined) return length === undefined ? known : undefined;
  const found = context.rows.filter((row) => Object.hasOwn(row, name)).map((row) => textOf(row[name]!));
  const value = found.length > 0 ? [...new Set(found)].join(", ") : own(context.attributes, name);
  return value === undefined ? undefined : escaped([...value].slice(0, length || undefined).join(""));
}

/** undefined: the rows are texts. */
function rowList(rows: readonly Json[], spread: boolean, length: number | undefined): string | undefined {
  if (rows.some((row) => typeof row === "string")) return undefined;
  const some = rows.slice(0, length || undefined);
  return JSON.stringify(spread ? some.flat() : some);
}

const rowText = (rows: readonly Json[], length: number | undefined): string =>
  rows
    .slice(0, length || undefined)
    .map((row) => escaped(textOf(row)))
    .join("\\n");

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

const own = (of: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;
