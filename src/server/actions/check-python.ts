import type { Action } from "../../core/action/action.ts";
import type { BundleFile } from "../../core/bundle/bundle-file.ts";

/** Longer scripts are taken as they are: a parser's tree is a hundred times as large as its text. */
const longestScript = 256 * 1024;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Looks whether the Python files of an action define the `main` that a run calls, with the Python that runs use and
 * without running anything: whoever uploads is told now, not at night. Sentences with file and line; none where there
 * is no Python to ask.
 */
export async function checkPython(
  action: Action,
  files: readonly BundleFile[],
  variables: Variables,
): Promise<readonly string[]> {
  const type = action.type === "runbook" ? ("step" as const) : action.type;
  const wanted = action.type === "runbook" ? scripts(action.steps) : ["main.py"];
  const entries = files
    .filter(({ path, bytes }) => wanted.includes(path) && bytes.byteLength <= longestScript)
    .map(({ path, bytes }) => ({ file: path, type, bytes }));
  if (entries.length === 0) return [];
  // Loaded with the first upload: a server that only runs things never needs it.
  const { findPython, startEntryPointCheck } = await import("../../sync/index.ts");
  const found = await startEntryPointCheck(findPython(variables)).check(entries);
  return found
    .filter(({ severity }) => severity === "error")
    .map(({ file, line, message, hint }) => `${file}:${line}: ${message}${hint ? `; write ${hint}` : ""}`);
}

const scripts = (steps: Extract<Action, { type: "runbook" }>["steps"]): readonly string[] =>
  steps.flatMap(({ program }) => (program.kind === "python" ? [program.file] : []));
