import type { SchemaError } from "./schema-error.ts";

/** An error that people are told; of a choice with nothing near it: what each alternative wanted. */
export interface ToldError {
  readonly error: SchemaError;
  readonly alternatives: readonly SchemaError[];
}

/**
 * The errors that name mistakes. A failed choice (`anyOf`, `oneOf`) reports every branch, then itself. Where the value
 * has the kind of one branch, that branch's errors are told; else the choice is, with what the branches wanted.
 * One pass from the end: what a choice reports stands right before it, so the work is the number of errors times
 * how deep choices are nested.
 */
export function toldErrors(errors: readonly SchemaError[]): ToldError[] {
  const silent = new Set<SchemaError>();
  const wanted = new Map<SchemaError, readonly SchemaError[]>();
  for (let index = errors.length - 1; index >= 0; index--) {
    const error = errors[index] as SchemaError;
    if (silent.has(error)) continue;
    if (error.keyword === "propertyNames") silent.add(error);
    else if (isForm(error)) silenceForm(errors, index, silent);
    else if (error.keyword === "anyOf") wanted.set(error, decide(errors, index, silent));
  }
  return errors
    .filter((error) => !silent.has(error))
    .map((error) => ({ error, alternatives: wanted.get(error) ?? [] }));
}

/** Silences either the choice and the branches of another kind, or all branches; returns what those wanted. */
function decide(
  errors: readonly SchemaError[],
  index: number,
  silent: Set<SchemaError>,
): readonly SchemaError[] {
  const choice = errors[index] as SchemaError;
  const branches: SchemaError[] = [];
  for (let at = index - 1; at >= 0 && isWithin(errors[at] as SchemaError, choice); at--)
    branches.push(errors[at] as SchemaError);
  const others = branches.filter((error) => isOtherKind(error, choice));
  for (const error of others) silent.add(error);
  if (others.length === branches.length) return others.reverse().filter(({ keyword }) => keyword !== "oneOf");
  silent.add(choice);
  return [];
}

const isWithin = ({ instancePath }: SchemaError, choice: SchemaError): boolean =>
  instancePath === choice.instancePath || instancePath.startsWith(`${choice.instancePath}/`);

/** The value is not of this branch's kind at all. */
const isOtherKind = (error: SchemaError, choice: SchemaError): boolean =>
  error.instancePath === choice.instancePath &&
  (["type", "enum", "const"].includes(error.keyword) || (isForm(error) && !isMapping(error.data)));

/** A choice between keys that go together: `exactly one of cron and at`. */
const isForm = ({ keyword, schema }: SchemaError): boolean =>
  keyword === "oneOf" && Array.isArray(schema) && schema.every(isOnlyRequired);
const isOnlyRequired = (schema: object): boolean => Object.keys(schema).every((key) => key === "required");

/** The sentence of such a choice says which keys; of a value that is no mapping, its type is the mistake. */
function silenceForm(errors: readonly SchemaError[], index: number, silent: Set<SchemaError>): void {
  const form = errors[index] as SchemaError;
  const branches = form.schema as readonly object[];
  for (let at = index - 1; at >= 0 && branches.includes((errors[at] as SchemaError).parentSchema); at--)
    silent.add(errors[at] as SchemaError);
  if (!isMapping(form.data)) silent.add(form);
}

const isMapping = (data: unknown): boolean =>
  data !== null && typeof data === "object" && !Array.isArray(data);
