import { EnvironmentFailed } from "./environment-failed.ts";

const name = "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?";
const extras = "\\[[A-Za-z0-9._,\\s-]*\\]";
const version = "(?:===|==|~=|!=|<=|>=|<|>)\\s*[A-Za-z0-9.*+!_-]+";
const versions = `${version}(?:\\s*,\\s*${version})*,?`;
const requirement = new RegExp(
  `^(${name})\\s*(?:${extras})?\\s*(?:${versions}|\\(\\s*${versions}\\s*\\))?\\s*(?:;[^\\x00-\\x1f]+)?$`,
);

/**
 * A requirement of PEP 508, as it is given to the installer as one argument or line. It starts with a letter or
 * digit, so it can be no option; direct references (`name @ URL`) are refused, as they can name files of the server.
 * `where` is said in the error: "pyproject.toml", "requirements.txt:3".
 * @throws EnvironmentFailed
 */
export function readRequirement(text: string, where: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= 500 && requirement.test(trimmed)) return trimmed;
  const shown = JSON.stringify(trimmed.slice(0, 100));
  throw new EnvironmentFailed(
    /^[A-Za-z0-9._-]+\s*(\[[^\]]*\])?\s*@/.test(trimmed)
      ? `${where}: ${shown} names a URL or file; ship such a package as a wheel in the folder wheels/, or in dependencies/.`
      : `${where}: ${shown} is no requirement; write for example "requests>=2.31".`,
  );
}

/** The name in a requirement as all its spellings have it: `Typing_Extensions>=4` is `typing-extensions`. */
export const packageName = (text: string): string =>
  (/^[A-Za-z0-9._-]+/.exec(text)?.[0] ?? "").replace(/[-_.]+/g, "-").toLowerCase();
