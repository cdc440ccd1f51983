import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import type { Json, JsonObject } from "../../core/json.ts";
import { RunRefused } from "../run-refused.ts";

/** They reach the script in one environment variable, and Linux allows 128 KiB for one. */
const mostBytes = 100_000;

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
  if (Buffer.byteLength(JSON.stringify(values)) > mostBytes)
    throw invalid([`together they are longer than ${mostBytes} bytes`]);
  return values;
}

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

const invalid = (problems: readonly string[]): RunRefused =>
  new RunRefused("PARAMETERS_INVALID", `The parameters do not fit the action: ${problems.join("; ")}.`);

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
  return `"${name}" ${error.message ?? "is wrong"}${values}`;
}
