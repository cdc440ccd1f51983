import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { RunbookAction } from "../../core/action/action.ts";
import { parseAction } from "../../core/action/parse-action.ts";
import { manifestName } from "../../core/bundle/bundle-file.ts";

/** An action that is made from by copying its folder. */
export interface Template {
  /** Its exact title, such as "Service Restart". */
  readonly title: string;
  readonly group: string;
  /** Name of its folder, and of the action where a copy gets no other: "service-restart". */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  readonly action: RunbookAction;
  /** Text of its action.yaml. */
  readonly manifest: string;
  /** Text of its other files, by name. */
  readonly files: Readonly<Record<string, string>>;
}

export interface TemplateGroup {
  readonly name: string;
  readonly templates: readonly Template[];
}

/** Where the package keeps its templates; the same from src/ in a clone and from dist/. */
const shipped = fileURLToPath(new URL("../../../templates", import.meta.url));

/**
 * The gallery of templates that the product ships, in its order. Every one is valid: a test sees to that, so
 * anything else is a bug, and rejects with an Error.
 */
export async function readGallery(folder: string = shipped): Promise<readonly TemplateGroup[]> {
  const { groups } = parse(await readFile(join(folder, "gallery.yaml"), "utf8")) as WrittenGallery;
  return Promise.all(
    groups.map(async ({ name, templates }) => ({
      name,
      templates: await Promise.all(templates.map((one) => readTemplate(folder, name, one))),
    })),
  );
}

interface WrittenGallery {
  readonly groups: readonly { readonly name: string; readonly templates: readonly WrittenTemplate[] }[];
}
interface WrittenTemplate {
  readonly title: string;
  readonly folder: string;
  readonly summary: string;
}

async function readTemplate(
  root: string,
  group: string,
  { title, folder, summary }: WrittenTemplate,
): Promise<Template> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
  const texts = await Promise.all(
    names.map(
      async (name): Promise<[string, string]> => [name, await readFile(join(root, folder, name), "utf8")],
    ),
  );
  const { [manifestName]: manifest = "", ...files } = Object.fromEntries(texts);
  const file = `${folder}/${manifestName}`;
  const { action, issues } = parseAction({ bytes: Buffer.from(manifest), file, name: folder });
  if (action?.type !== "runbook")
    throw new Error(`the template ${folder} is no valid runbook: ${issues[0]?.message ?? "another type"}`);
  return { title, group, name: folder, summary, action, manifest, files };
}
