import type { Action } from "../../core/action/action.ts";
import type { BundleFile } from "../../core/bundle/bundle-file.ts";
import { codeDigest } from "../../core/bundle/digest.ts";
import { shownName } from "../../core/bundle/shown-name.ts";
import { RegistryError } from "../registry-error.ts";
import type { RegistryParts } from "./upload.ts";

/** The digest of these files. Throws RegistryError when the sender named another one: something changed on the way. */
export function checkedDigest(files: readonly BundleFile[], expected: string | undefined): string {
  const code = codeDigest(files);
  if (expected === undefined || expected === code) return code;
  throw new RegistryError(
    "invalid",
    "CODE_DIGEST_DIFFERS",
    `The archive's files have the code digest ${code}, not the one that was sent (${shownName(expected)}).`,
  );
}

/** Rejects with RegistryError when the code cannot be what the action needs: an entry point is missing or wrong. */
export async function checkCode(
  parts: Pick<RegistryParts, "checkPython">,
  action: Action,
  files: readonly BundleFile[],
): Promise<void> {
  const there = new Set(files.map(({ path }) => path));
  for (const file of entryPoints(action)) if (!there.has(file)) throw entryPointMissing(action, file);
  const problems = (await parts.checkPython?.(action, files)) ?? [];
  if (problems.length > 0) throw new RegistryError("invalid", "PYTHON_INVALID", problems.join("\n"));
}

/** The same for code that is unpacked already and gets other fields: a runbook's new step needs its file. */
export async function checkUnpacked(
  { bundles }: Pick<RegistryParts, "bundles">,
  action: Action,
  code: string,
): Promise<void> {
  for (const file of entryPoints(action))
    if (!(await bundles.has(code, file))) throw entryPointMissing(action, file);
}

const entryPointMissing = (action: Action, file: string): RegistryError =>
  new RegistryError(
    "invalid",
    "ENTRY_POINT_MISSING",
    `The archive has no ${shownName(file)} at its top, which ${shownName(action.name)} needs.`,
  );

function entryPoints(action: Action): readonly string[] {
  if (action.type !== "runbook") return ["main.py"];
  return action.steps.flatMap(({ program }) => (program.kind === "python" ? [program.file] : []));
}
