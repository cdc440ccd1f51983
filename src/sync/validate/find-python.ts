import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/**
 * A Python to parse with: `ROTA_PYTHON`, else the first `python3` on PATH that is no version manager's shim (which
 * costs 120 ms a start), else a shim. undefined: there is none.
 */
export function findPython(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env.ROTA_PYTHON !== undefined && env.ROTA_PYTHON !== "") return env.ROTA_PYTHON;
  const found = (env.PATH ?? "")
    .split(":")
    .filter((folder) => folder.startsWith("/"))
    .map((folder) => join(folder, "python3"))
    .filter(isExecutable);
  return found.find((path) => !path.includes("/shims/")) ?? found[0];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
