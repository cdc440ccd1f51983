import type { JsonObject } from "../../core/json.ts";
import { mask } from "../../core/redact/redact-stream.ts";
import type { Run, RunId } from "../../core/run/run.ts";
import { sealedParametersContext } from "../../core/run/sealed-parameters.ts";
import type { Sealer } from "../ports/around.ts";

/** Parameters as a run keeps them: what is secret apart, and sealed. */
export interface KeptParameters {
  readonly parameters: JsonObject;
  readonly sealed: string | undefined;
  /** The values that nobody may read. */
  readonly secrets: readonly string[];
}

type Declared = Readonly<Record<string, JsonObject>>;

/** Hides the values of parameters that are declared as secret. */
export function hideSecretParameters(
  sealer: Sealer,
  declared: Declared,
  values: JsonObject,
  run: RunId,
): KeptParameters {
  const secret = Object.entries(values).filter(([name]) => declared[name]?.secret === true);
  if (secret.length === 0) return { parameters: values, sealed: undefined, secrets: [] };
  const masked = Object.fromEntries(secret.map(([name]) => [name, mask]));
  return {
    parameters: { ...values, ...masked },
    sealed: sealer.seal(JSON.stringify(Object.fromEntries(secret)), sealedParametersContext(run)),
    secrets: secret.flatMap(([, value]) => textsOf(value)),
  };
}

/** The parameters of a run with the values of secret ones, and those values alone. */
export function openParameters(
  sealer: Sealer,
  { id, parameters, sealed }: Pick<Run, "id" | "parameters" | "sealed">,
): { readonly values: JsonObject; readonly secrets: readonly string[] } {
  if (sealed === undefined) return { values: parameters, secrets: [] };
  const secret = JSON.parse(sealer.open(sealed, sealedParametersContext(id))) as JsonObject;
  return { values: { ...parameters, ...secret }, secrets: Object.values(secret).flatMap(textsOf) };
}

/** Every text that a value consists of; a number is one, too. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(textsOf) : [];
}
