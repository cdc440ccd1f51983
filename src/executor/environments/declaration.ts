import { join } from "node:path";
import { EnvironmentFailed } from "./environment-failed.ts";
import { isTable, parseToml, readText } from "./read-toml.ts";
import { readRequirement } from "./requirement.ts";

/** What a bundle's pyproject.toml says about the Python that it needs. */
export interface Declaration {
  /** PEP 508 requirements, sorted, each once. */
  readonly requirements: readonly string[];
  /** As in ">=3.9"; undefined: any. */
  readonly requiresPython: string | undefined;
}

/**
 * Reads `[project]` of the bundle's pyproject.toml.
 * @throws EnvironmentFailed a sentence for the action's author
 */
export async function readDeclaration(bundle: string): Promise<Declaration> {
  const text = await readText(join(bundle, "pyproject.toml"));
  return text === undefined ? { requirements: [], requiresPython: undefined } : readProject(text);
}

function readProject(text: string): Declaration {
  const { project, tool } = parseToml(text, "pyproject.toml");
  if (!isTable(project)) {
    if (isTable(tool) && isTable(tool.poetry) && isTable(tool.poetry.dependencies))
      throw new EnvironmentFailed(
        "pyproject.toml declares packages under [tool.poetry]; write them as `dependencies` under [project].",
      );
    return { requirements: [], requiresPython: undefined };
  }
  if (Array.isArray(project.dynamic) && project.dynamic.includes("dependencies"))
    throw new EnvironmentFailed(
      "pyproject.toml computes its dependencies (`dynamic`); write them out instead.",
    );
  const dependencies = project.dependencies ?? [];
  if (!Array.isArray(dependencies) || !dependencies.every((item) => typeof item === "string"))
    throw new EnvironmentFailed("pyproject.toml: project.dependencies must be a list of texts.");
  const requiresPython = project["requires-python"];
  if (requiresPython !== undefined && typeof requiresPython !== "string")
    throw new EnvironmentFailed("pyproject.toml: project.requires-python must be a text.");
  const requirements = dependencies.map((item: string) => readRequirement(item, "pyproject.toml"));
  return { requirements: [...new Set(requirements)].sort(), requiresPython };
}
