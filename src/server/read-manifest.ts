import { parseAction } from "../core/action/parse-action.ts";
import type { RegistryParts } from "../registry/index.ts";

/** Reads an `action.yaml` that lies in an uploaded archive. */
export const readManifest: RegistryParts["readManifest"] = (bytes, name) => {
  const { action, issues } = parseAction({ bytes, file: "action.yaml", name });
  if (action !== undefined) return { action };
  return {
    problems: issues
      .filter(({ severity }) => severity === "error")
      .map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`),
  };
};
