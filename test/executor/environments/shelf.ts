import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ExecutorOptions } from "../../../src/executor/index.ts";
import { world } from "../world.ts";

/** The text of a pyproject.toml with these dependencies. */
export const project = (...dependencies: string[]) =>
  `[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = ${JSON.stringify(dependencies)}\n`;

/** A world whose installer knows only a folder of wheels; PATH has nothing but the system's own, so that no uv is found. */
export function shelf(
  variables: Record<string, string> = {},
  options: Omit<ExecutorOptions, "dataDir" | "variables"> = {},
) {
  const wheels: { folder: string } = { folder: "" };
  const made = world({
    ...options,
    variables: {
      PATH: "/usr/bin:/bin",
      PIP_NO_INDEX: "1",
      get PIP_FIND_LINKS() {
        return wheels.folder;
      },
      ...variables,
    },
  });
  wheels.folder = join(made.dataDir, "wheels");
  mkdirSync(wheels.folder, { mode: 0o755 });
  return { ...made, wheels: wheels.folder };
}
