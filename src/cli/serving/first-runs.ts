import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../core/json.ts";
import type { Client } from "../connection/client.ts";
import type { ActionListed, RunJson } from "../connection/wire.ts";

export interface FirstRun {
  readonly name: string;
  /** How it ended, or why it could not be started. */
  readonly ended: RunJson | { readonly refused: string };
}

/** The first scheduled and the first real-time action by name, of those that are enabled. */
export function oneOfEach(actions: readonly ActionListed[]): readonly string[] {
  const sorted = [...actions]
    .filter(({ enabled }) => enabled !== false)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return ["repeat", "service"]
    .map((kind) => sorted.find((action) => action.execution_details_type === kind)?.name)
    .filter((name) => name !== undefined);
}

/** Runs actions one after the other and waits for each end. A real-time one gets its folder's example.json. */
export async function firstRuns(
  server: Client,
  names: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly FirstRun[]> {
  const ended: FirstRun[] = [];
  for (const name of names) {
    if (signal.aborted) break;
    ended.push({ name, ended: await firstRun(server, name, folder, signal) });
  }
  return ended;
}

async function firstRun(
  server: Client,
  name: string,
  folder: string,
  signal: AbortSignal,
): Promise<FirstRun["ended"]> {
  try {
    const example = await exampleOf(folder, name);
    const { id } = await server.start(name, example === undefined ? { parameters: {} } : { inputs: example });
    for await (const event of server.log(id, { after: 0, signal })) if (event.kind === "end") break;
    return await server.show(id);
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

async function exampleOf(folder: string, name: string): Promise<readonly Json[] | undefined> {
  const text = await readFile(join(folder, "actions", name, "example.json"), "utf8").catch(() => undefined);
  const example: unknown = text === undefined ? undefined : JSON.parse(text);
  return Array.isArray(example) ? (example as Json[]) : undefined;
}
