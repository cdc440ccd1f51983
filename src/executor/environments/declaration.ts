import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { EnvironmentFailed } from "./environment-failed.ts";

/** What a bundle says about the Python that it needs. */
export interface Declaration {
  /** PEP 508 requirements, sorted, each once. */
  readonly requirements: readonly string[];
  /** As in ">=3.9"; undefined: any. */
  readonly requiresPython: string | undefined;
}

const largest = 256 * 1024;

/**
 * Reads `[project]` of the bundle's pyproject.toml. A folder `dependencies/` holds the packages already: then nothing
 * is left to install, as on OpenObserve.
 * @throws EnvironmentFailed a sentence for the action's author
 */
export async function readDeclaration(bundle: string): Promise<Declaration> {
  const file = join(bundle, "pyproject.toml");
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return { requirements: [], requiresPython: undefined };
  if (found.size > largest) throw new EnvironmentFailed("pyproject.toml is larger than 256 KiB.");
  const { requirements, requiresPython } = readProject(await readFile(file, "utf8"));
  const bundled = await stat(join(bundle, "dependencies")).catch(() => undefined);
  return { requirements: bundled?.isDirectory() ? [] : requirements, requiresPython };
}

/** The declaration in a pyproject.toml's text. @throws EnvironmentFailed */
function readProject(text: string): Declaration {
  const { project, tool } = parseToml(text);
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
  const requirements = dependencies.map((item: string) => readRequirement(item));
  return { requirements: [...new Set(requirements)].sort(), requiresPython };
}

function parseToml(text: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = "invalid TOML"] = error.message.split("\n");
    throw new EnvironmentFailed(`pyproject.toml:${error.line}:${error.column}: ${what}`);
  }
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const name = "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?";
const extras = "\\[[A-Za-z0-9._,\\s-]*\\]";
const version = "(?:===|==|~=|!=|<=|>=|<|>)\\s*[A-Za-z0-9.*+!_-]+";
const versions = `${version}(?:\\s*,\\s*${version})*,?`;
const requirement = new RegExp(
  `^(${name})\\s*(?:${extras})?\\s*(?:${versions}|\\(\\s*${versions}\\s*\\))?\\s*(?:;[^\\x00-\\x1f]+)?$`,
);

/**
 * A requirement of PEP 508, as it is given to the installer as one argument. It starts with a letter or digit, so it
 * can be no option; direct references (`name @ URL`) are refused, as they can name files of the server.
 */
function readRequirement(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= 500 && requirement.test(trimmed)) return trimmed;
  const shown = JSON.stringify(trimmed.slice(0, 100));
  throw new EnvironmentFailed(
    /^[A-Za-z0-9._-]+\s*(\[[^\]]*\])?\s*@/.test(trimmed)
      ? `pyproject.toml: ${shown} names a URL or file; ship such a package in the folder dependencies/ instead.`
      : `pyproject.toml: ${shown} is no requirement; write for example "requests>=2.31".`,
  );
}
