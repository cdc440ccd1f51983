import { didYouMean } from "../did-you-mean.ts";
import type { Path, Problem } from "../problem.ts";
import type { SchemaError } from "./schema-error.ts";
import type { Validate } from "./validate.generated.js";

/** The keywords of a schema that are read here beside those of SchemaError. */
interface Keywords {
  readonly properties?: object;
  readonly [keyword: string]: unknown;
}

/** What a compiled schema finds wrong with a value, as sentences for people: one problem for one mistake. */
export function schemaProblems(validate: Validate, value: unknown): Problem[] {
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const told = errors.filter((error) => isTold(error, errors)).map(toProblem);
  return [
    ...new Map(
      told.map((problem) => [JSON.stringify([problem.path, problem.code, problem.message]), problem]),
    ).values(),
  ];
}

const isChoice = ({ keyword }: SchemaError): boolean => keyword === "anyOf" || keyword === "oneOf";

/**
 * A failed choice reports each branch and itself. Told is the deepest that went wrong: a problem inside of the value
 * where there is one (it names the mistake), else the choice's own sentence.
 */
function isTold(error: SchemaError, errors: readonly SchemaError[]): boolean {
  if (error.keyword === "propertyNames" || error.keyword === "if") return false;
  const below = errors.some(({ instancePath }) => instancePath.startsWith(`${error.instancePath}/`));
  if (isChoice(error)) return !below || isForm(error);
  const choice = errors.find((other) => isChoice(other) && other.instancePath === error.instancePath);
  if (choice === undefined) return true;
  if (error.keyword === "additionalProperties" || error.keyword === "discriminator") return true;
  return isForm(choice) && !isOnlyRequired(error.parentSchema);
}

/** A choice between keys that go together: `exactly one of cron and at`. */
const isForm = ({ schema }: SchemaError): boolean =>
  Array.isArray(schema) && schema.every((branch) => isOnlyRequired(branch as object));
const isOnlyRequired = (schema: object): boolean => Object.keys(schema).every((key) => key === "required");

function toProblem(error: SchemaError): Problem {
  const path = pathOf(error.instancePath);
  const schema = error.parentSchema as Keywords & SchemaError["parentSchema"];
  if (error.propertyName !== undefined)
    return {
      code: schema.errorCode ?? "KEY_INVALID",
      path: [...path, error.propertyName],
      key: true,
      message: `the key ${quoted(error.propertyName)} ${schema.errorMessage ?? sentence(error)}`,
    };
  if (error.keyword === "additionalProperties") {
    const key = String(error.params.additionalProperty);
    const hint = didYouMean(key, Object.keys(schema.properties ?? {}));
    return {
      code: "UNKNOWN_KEY",
      path: [...path, key],
      key: true,
      message: `unknown key ${quoted(key)}`,
      hint,
    };
  }
  if (error.keyword === "required")
    return {
      code: "REQUIRED",
      path,
      key: true,
      message: `${quoted(String(error.params.missingProperty))} is missing`,
    };
  const subject =
    path.length === 0
      ? "the file"
      : quoted(String(typeof path.at(-1) === "number" ? `${path.at(-2)}[${path.at(-1)}]` : path.at(-1)));
  return {
    code: schema.errorCode ?? codes[error.keyword] ?? "VALUE_INVALID",
    path,
    message: `${subject} ${schema.errorMessage ?? sentence(error)}`,
    hint:
      error.keyword === "enum" && typeof error.data === "string"
        ? didYouMean(error.data, (error.schema as unknown[]).map(String))
        : undefined,
  };
}

const codes: Readonly<Record<string, string>> = {
  type: "WRONG_TYPE",
  enum: "UNKNOWN_VALUE",
  const: "UNKNOWN_VALUE",
};

function sentence({ keyword, params, schema, data }: SchemaError): string {
  switch (keyword) {
    case "type":
      return `must be ${[schema]
        .flat()
        .map((type) => typeNames[String(type)] ?? type)
        .join(" or ")}, not ${kindOf(data)}`;
    case "enum":
      return `must be one of ${(schema as unknown[]).join(", ")}`;
    case "const":
      return `must be ${JSON.stringify(schema)}`;
    case "minimum":
      return `must be at least ${schema}`;
    case "maximum":
      return `must be at most ${schema}`;
    case "minLength":
      return schema === 1 ? "must not be empty" : `must have at least ${schema} characters`;
    case "maxLength":
      return `must have at most ${schema} characters`;
    case "minItems":
      return schema === 1 ? "must not be empty" : `must have at least ${schema} items`;
    case "maxItems":
      return `must have at most ${schema} items`;
    case "maxProperties":
      return `must have at most ${schema} keys`;
    case "uniqueItems":
      return `has the same item twice (items ${Number(params.j) + 1} and ${Number(params.i) + 1})`;
    case "pattern":
      return `must match ${schema}`;
    default:
      return "is not valid here";
  }
}

const typeNames: Readonly<Record<string, string>> = {
  object: "a mapping (key: value)",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "empty",
};

function kindOf(data: unknown): string {
  if (data === null || data === undefined) return "empty";
  if (Array.isArray(data)) return "a list";
  if (typeof data === "object") return "a mapping";
  return typeof data === "string"
    ? "a text"
    : typeof data === "boolean"
      ? String(data)
      : `the number ${data}`;
}

const quoted = (text: string): string => JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);

/** Numbers become indexes only where a list is meant; keys that are digits do not occur in our forms. */
const pathOf = (pointer: string): Path =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
