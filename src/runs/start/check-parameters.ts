import type { Ajv, ErrorObject, KeywordDefinition, ValidateFunction } from "ajv";
import { canonicalJson, type Json, type JsonObject } from "../../core/json.ts";
import { RunRefused } from "../run-refused.ts";

/** They reach the script in one environment variable, and Linux allows 128 KiB for one. */
const mostBytes = 100_000;

/** So many problems are told one by one: a long list of what is no text would make a longer sentence. */
const mostProblems = 100;

/**
 * The parameters of a run with the defaults of those that were left out.
 * @throws RunRefused `PARAMETERS_INVALID` with a sentence that names every problem
 */
export async function checkParameters(
  declared: Readonly<Record<string, JsonObject>>,
  given: JsonObject,
): Promise<JsonObject> {
  const names = Object.keys(declared);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0) throw invalid([unknownParameters(unknown, names)]);
  if (names.length === 0) return {};
  // First of all: what looks at them takes the longer the more there is.
  requireFit(given);
  // A quarter of a second of loading on a slow machine: only for those who need it.
  const [{ Ajv }, formats, { linearPatterns }] = await Promise.all([
    import("ajv"),
    import("ajv-formats"),
    import("../../core/expression/linear-patterns.ts"),
  ]);
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    strict: false,
    code: { regExp: linearPatterns },
  });
  formats.default.default(ajv);
  ajv.removeKeyword("uniqueItems").addKeyword(uniqueItems).addFormat("url", isUrl);
  const required = names.filter((name) => {
    const schema = declared[name] ?? {};
    return !Object.hasOwn(schema, "default") && schema.optional !== true;
  });
  const properties = Object.fromEntries(
    names.map((name) => [name, withoutOurKeywords(declared[name] ?? {})]),
  );
  const values = structuredClone(given) as Record<string, Json>;
  const validate = compile(ajv, { type: "object", properties, required });
  if (!validate(values)) throw invalid((validate.errors ?? []).map(problem));
  requireFit(values);
  return values;
}

function requireFit(values: JsonObject): void {
  if (Buffer.byteLength(JSON.stringify(values)) > mostBytes)
    throw invalid([`together they are longer than ${mostBytes} bytes`]);
}

/** The library's own compares each item with each other one, which takes a minute for a list of objects that fits. */
const uniqueItems: KeywordDefinition = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  validate: (wanted: boolean, items: readonly Json[]) =>
    !wanted || new Set(items.map(canonicalJson)).size === items.length,
  error: { message: "must NOT have duplicate items" },
};

/** The library's own pattern for it goes back over a long text again and again: half a minute for one that fits. */
const isUrl = (text: string): boolean =>
  /^(?:https?|ftp):\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text);

function compile(ajv: Ajv, schema: JsonObject): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw new RunRefused(
      "NOT_RUNNABLE",
      `The parameters cannot be checked: ${(error as Error).message}. A pattern may use neither look-around nor back-references.`,
    );
  }
}

function withoutOurKeywords({ secret: _, optional: __, ...schema }: JsonObject): JsonObject {
  return schema;
}

function invalid(problems: readonly string[]): RunRefused {
  const told = problems.slice(0, mostProblems).join("; ");
  const more = problems.length - mostProblems;
  return new RunRefused(
    "PARAMETERS_INVALID",
    `The parameters do not fit the action: ${told}${more > 0 ? `; and ${more} more problems` : ""}.`,
  );
}

function unknownParameters(unknown: readonly string[], names: readonly string[]): string {
  const quoted = unknown.slice(0, 5).map((name) => JSON.stringify(name.slice(0, 64)));
  const taken = names.length === 0 ? "it takes none" : `it takes ${names.join(", ")}`;
  return `it has no parameter ${quoted.join(", ")} (${taken})`;
}

/** Names what is wrong without repeating the value, which may be a secret. */
function problem(error: ErrorObject): string {
  if (error.keyword === "required") return `"${error.params.missingProperty}" is missing`;
  const name = error.instancePath.slice(1).replaceAll("/", ".");
  const allowed: unknown = error.keyword === "enum" ? error.params.allowedValues : undefined;
  const values = Array.isArray(allowed) ? `: ${allowed.map((one) => JSON.stringify(one)).join(", ")}` : "";
  const message = (error.message ?? "is wrong").replace(/^must be (?=string|number|boolean$)/, "must be a ");
  return `"${name}" ${message.replace(/^must be (?=integer|array|object$)/, "must be an ")}${values}`;
}
