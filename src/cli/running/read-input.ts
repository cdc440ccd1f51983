import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Json, JsonObject } from "../../core/json.ts";
import { usageError } from "../cli-error.ts";
import { text, texts, type Values } from "../command.ts";
import type { Io } from "../io.ts";

/** What a run is started with: parameters by name, or the records of a real-time action. */
export type RunInput = { readonly parameters: JsonObject } | { readonly inputs: readonly Json[] };

/**
 * Reads `--param` and `--input`. A JSON list is the input records, a JSON object the parameters; `--param`
 * adds to the latter.
 *
 * @throws CliError (exit 2) for what is no JSON, no `name=value`, or both kinds at once
 */
export async function readInput(io: Io, values: Values): Promise<RunInput> {
  const named = texts(values, "param").map(parameter);
  const file = text(values, "input");
  const given = file === undefined ? {} : parsed(await read(io, file), file);
  if (Array.isArray(given)) {
    if (named.length > 0) throw usageError("--param cannot be combined with a list of records in --input");
    return { inputs: given };
  }
  if (given === null || typeof given !== "object")
    throw usageError(`${file} holds neither a JSON object nor a JSON list`);
  return { parameters: { ...(given as JsonObject), ...Object.fromEntries(named) } };
}

/** `name=text`, or `name:=JSON` for numbers, booleans and the rest. */
function parameter(written: string): readonly [string, Json] {
  const [, name, json, value] = /^([^=:]+)(:?)=(.*)$/s.exec(written) ?? [];
  if (name === undefined || value === undefined)
    throw usageError(
      `--param ${written} is not written name=value`,
      "Or name:=JSON, for a number or a list.",
    );
  return [name, json === ":" ? parsed(value, `--param ${name}`) : value];
}

async function read(io: Io, file: string): Promise<string> {
  if (file === "-") return io.input();
  return readFile(resolve(io.cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${file} cannot be read: ${error.code === "ENOENT" ? "no such file" : error.message}`);
  });
}

function parsed(json: string, from: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch (error) {
    throw usageError(`${from === "-" ? "Standard input" : from} holds no JSON: ${(error as Error).message}`);
  }
}
