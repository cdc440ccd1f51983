import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../core/json.ts";
import type { Operation } from "../../core/plan/plan.ts";
import type { Client } from "../connection/client.ts";
import type { ActionListed, RunJson } from "../connection/wire.ts";

export interface FirstRun {
  readonly name: string;
  /** How it ended, or why it could not be started. */
  readonly ended: RunJson | { readonly refused: string };
}

/** Names of the actions that a plan creates. */
export const createdActions = (operations: readonly Operation[]): readonly string[] =>
  operations
    .filter(({ kind, operation }) => kind === "action" && operation === "create")
    .map(({ name }) => name);

/**
 * The first scheduled and the first real-time action by name of those that were just created: a later start runs
 * nothing that nobody asked for. A real-time one needs an example of what it takes.
 */
export async function oneOfEach(
  actions: readonly ActionListed[],
  created: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  const sorted = actions
    .filter(({ name, enabled }) => enabled !== false && created.includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const scheduled = sorted.find(({ execution_details_type: kind }) => kind === "repeat");
  const names = scheduled === undefined ? [] : [scheduled.name];
  for (const { name, execution_details_type: kind } of sorted)
    if (kind === "service" && (await exampleOf(folder, name)) !== undefined) return [...names, name];
  return names;
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
