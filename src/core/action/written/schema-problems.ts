import { didYouMean } from "../did-you-mean.ts";
import type { Path, Problem } from "../problem.ts";
import type { SchemaError } from "./schema-error.ts";
import { type ToldError, toldErrors } from "./told-errors.ts";
import type { Validate } from "./validate.generated.js";

/** The keywords of a schema that are read here beside those of SchemaError. */
interface Keywords {
  readonly properties?: object;
  readonly [keyword: string]: unknown;
}

/** More problems than this of one file help nobody, and a hostile file has tens of thousands. */
const most = 100;

/** What a compiled schema finds wrong with a value, as sentences for people: one problem for one mistake. */
export function schemaProblems(validate: Validate, value: unknown): Problem[] {
  if (validate(value)) return [];
  const errors = toldErrors(validate.errors ?? []);
  const problems = withoutMeant(errors.slice(0, most).map(toProblem));
  if (errors.length > most)
    problems.push({
      code: "TOO_MANY_PROBLEMS",
      path: [],
      message: `${errors.length - most} more problems are not shown`,
    });
  return problems;
}

/** Where a key is missing and a mistyped one stands in its place, the second says both. */
function withoutMeant(problems: readonly Problem[]): Problem[] {
  const at = (path: Path, key: string) => JSON.stringify([...path, key]);
  const meant = new Set(
    problems.flatMap(({ code, path, hint }) => {
      const key = code === "UNKNOWN_KEY" ? /^did you mean "(.*)"\?$/.exec(hint ?? "")?.[1] : undefined;
      return key === undefined ? [] : [at(path.slice(0, -1), key)];
    }),
  );
  return problems.filter(
    ({ code, path, message }) => code !== "REQUIRED" || !meant.has(at(path, message.split('"')[1] as string)),
  );
}

function toProblem(told: ToldError): Problem {
  const { error } = told;
  const path = pathOf(error.instancePath);
  const schema = error.parentSchema as Keywords & SchemaError["parentSchema"];
  const own = isOwn(error) ? schema : {};
  if (error.propertyName !== undefined)
    return {
      code: own.errorCode ?? "KEY_INVALID",
      path: [...path, error.propertyName],
      key: true,
      message: `the key ${quoted(error.propertyName)} ${own.errorMessage ?? sentence(told)}`,
    };
  if (error.keyword === "additionalProperties") {
    const key = String(error.params.additionalProperty);
    return {
      code: "UNKNOWN_KEY",
      path: [...path, key],
      key: true,
      message: `unknown key ${quoted(key)}`,
      hint: keyHint(key, Object.keys(schema.properties ?? {})),
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
    code: own.errorCode ?? codes[error.keyword] ?? "VALUE_INVALID",
    path: isUnknownKind(error) ? [...path, String(error.params.tag)] : path,
    message: `${subject} ${own.errorMessage ?? sentence(told)}`,
    hint: valueHint(told),
  };
}

/** Whether the schema's own sentence is about this: about the form of a value, not its length or size. */
function isOwn({ keyword, parentSchema }: SchemaError): boolean {
  if (keyword === "type") return !("oneOf" in parentSchema);
  return ["pattern", "anyOf", "oneOf", "discriminator"].includes(keyword);
}

/** The key that chooses between forms is there, and chooses none: its value is the mistake, not all around it. */
const isUnknownKind = ({ keyword, params }: SchemaError): boolean =>
  keyword === "discriminator" && params.error === "mapping" && params.tagValue !== undefined;

/** Keys of a schedule that people write a level too high. */
const timings = ["cron", "frequency", "at", "once", "timezone", "catchUp", "startDeadline"];

function keyHint(key: string, known: readonly string[]): string | undefined {
  if (/token|password/i.test(key) && known.includes("server"))
    return "a token comes from ROTA_TOKEN or ROTA_TOKEN_ENVIRONMENT, never from a file";
  if (timings.includes(key) && known.includes("schedule"))
    return `it stands below schedule: schedule: { ${key}: … }`;
  return didYouMean(key, known);
}

function valueHint({ error, alternatives }: ToldError): string | undefined {
  const { data } = error;
  const all = [error, ...alternatives];
  if (typeof data === "string") {
    const boolean = all.some(({ keyword, schema }) => keyword === "type" && schema === "boolean");
    if (boolean && /^(yes|on|y)$/i.test(data)) return "write true";
    if (boolean && /^(no|off|n)$/i.test(data)) return "write false";
    const values = all.flatMap(({ keyword, schema }) => (keyword === "enum" ? (schema as unknown[]) : []));
    return didYouMean(data, values.map(String));
  }
  const text = all.some(({ keyword, schema }) => keyword === "type" && schema === "string");
  const scalar = typeof data === "number" || typeof data === "boolean";
  return text && scalar && error.parentSchema.errorCode === undefined
    ? `write it in quotes: "${data}"`
    : undefined;
}

const codes: Readonly<Record<string, string>> = {
  type: "WRONG_TYPE",
  enum: "UNKNOWN_VALUE",
  const: "UNKNOWN_VALUE",
};

function sentence({ error: { keyword, params, schema, data }, alternatives }: ToldError): string {
  switch (keyword) {
    case "type":
      return `must be ${typeText(schema)}, not ${kindOf(data)}`;
    case "anyOf":
      return `must be ${[...new Set(alternatives.map(alternative))].join(" or ")}`;
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
    case "uniqueItems": {
      const [i, j] = [Number(params.i) + 1, Number(params.j) + 1];
      return `has the same item twice (items ${Math.min(i, j)} and ${Math.max(i, j)})`;
    }
    case "pattern":
      return `must match ${schema}`;
    default:
      return "is not valid here";
  }
}

const typeText = (schema: unknown): string =>
  [schema]
    .flat()
    .map((type) => typeNames[String(type)] ?? type)
    .join(" or ");

function alternative({ keyword, schema }: SchemaError): string {
  if (keyword === "type") return typeText(schema);
  return keyword === "enum" ? `one of ${(schema as unknown[]).join(", ")}` : JSON.stringify(schema);
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
