import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { usageError } from "../cli-error.ts";

export interface Environment {
  readonly name: string;
  readonly server: string;
  readonly organization: string | undefined;
}

export interface Project {
  readonly organization: string;
  readonly environments: readonly Environment[];
}

/**
 * What `rota.yaml` of a folder says about servers. A command that only has to find its server reads no
 * more than this; `validate` and `plan` check the whole file.
 *
 * @throws CliError (exit 2) when the file cannot be read as YAML
 */
export async function readProject(directory: string): Promise<Project> {
  const text = await readFile(join(directory, "rota.yaml"), "utf8").catch(absent);
  if (text === undefined) return { organization: "default", environments: [] };
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { stringKeys: true });
  const problem = document.errors[0];
  if (problem)
    throw usageError(`rota.yaml cannot be read: ${problem.message}`, "`rota validate` shows where.");
  const written = asRecord(document.toJS({ maxAliasCount: 100 }));
  const environments = Object.entries(asRecord(written.environments)).map(([name, value]) => {
    const { server, organization } = asRecord(value);
    if (typeof server !== "string")
      throw usageError(
        `The environment "${name}" of rota.yaml has no server`,
        "`rota validate` shows where.",
      );
    return { name, server, organization: typeof organization === "string" ? organization : undefined };
  });
  return {
    organization: typeof written.organization === "string" ? written.organization : "default",
    environments,
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw usageError(`rota.yaml cannot be read: ${error.message}`);
}

const asRecord = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
