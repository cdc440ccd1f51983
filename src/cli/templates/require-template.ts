import { findTemplate, readGallery, type Template } from "../../sync/index.ts";
import { usageError } from "../cli-error.ts";

/** A template by its title or its folder's name. @throws CliError (exit 2) when there is none */
export async function requireTemplate(asked: string): Promise<Template> {
  const found = findTemplate(await readGallery(), asked);
  if (typeof found === "string") throw usageError(`There is no template "${asked.slice(0, 64)}"`, found);
  return found;
}
