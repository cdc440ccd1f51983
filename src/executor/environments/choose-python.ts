import type { Interpreter } from "../machine/interpreter.ts";
import { EnvironmentFailed } from "./environment-failed.ts";
import { allowsPython } from "./python-version.ts";

/**
 * The interpreter that an action asks for by `requires-python`: the server's own where it is allowed, else the
 * newest of the others that is.
 * @throws EnvironmentFailed with those that are there
 */
export async function choosePython(
  wanted: readonly string[],
  own: Interpreter,
  others: (again: boolean) => Promise<readonly Interpreter[]>,
): Promise<Interpreter> {
  const fits = ({ version }: Interpreter) => wanted.every((specifier) => allowed(specifier, version));
  if (fits(own)) return own;
  const known = (await others(false)).find(fits);
  if (known !== undefined) return known;
  const all = await others(true); // one may have been installed since
  const found = all.find(fits);
  if (found !== undefined) return found;
  const versions = [...new Set([own, ...all].map(({ version }) => version))].sort((a, b) =>
    b.localeCompare(a, "en", { numeric: true }),
  );
  throw new EnvironmentFailed(
    `The action needs Python ${wanted.join(" and ")}, and this server's machine has ${versions.join(", ")}; install another one there, or name it with ROTA_PYTHON.`,
  );
}

function allowed(specifier: string, version: string): boolean {
  const answer = allowsPython(specifier, version);
  if (answer === undefined)
    throw new EnvironmentFailed(
      `pyproject.toml: requires-python ${JSON.stringify(specifier.slice(0, 100))} is no version specifier; write for example ">=3.9".`,
    );
  return answer;
}
