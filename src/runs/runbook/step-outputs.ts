import type { JsonObject } from "../../core/json.ts";
import { readOutputs } from "../../core/runbook/read-outputs.ts";
import { isDeeperThan } from "../../core/wire/json-depth.ts";
import type { Program } from "../ports/executor.ts";

/** What the steps after it get of one step, bytes of JSON. */
const mostOutput = 2 ** 20;

/** Lists and objects within one another. */
const deepest = 128;

export type StepOutputs = { readonly outputs: JsonObject } | { readonly problem: string };

/**
 * The outputs of a step, of what its program gave back: lines of a command, members of an object that Python
 * returned (anything else is the output `result`), status, headers and body of an answer.
 */
export function stepOutputs(program: Program["kind"], result: Uint8Array | undefined): StepOutputs {
  if (result === undefined) return { outputs: {} };
  if (result.byteLength > mostOutput)
    return { problem: `Its outputs are longer than ${mostOutput} bytes together.` };
  if (program === "shell") return readOutputs(result);
  // Everything that reads outputs recurses: expressions, the store, the answers of the API.
  if (isDeeperThan(result, deepest)) return { problem: `Its outputs nest more than ${deepest} deep.` };
  const value: unknown = JSON.parse(Buffer.from(result).toString("utf8"));
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  return { outputs: isObject ? (value as JsonObject) : ({ result: value } as JsonObject) };
}
