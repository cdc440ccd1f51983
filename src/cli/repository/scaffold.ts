import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionType } from "../../core/action/action.ts";
import type { Template } from "../../sync/index.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { addServiceAccount } from "./add-service-account.ts";
import { productFolder } from "./product-folder.ts";

export interface Scaffolded {
  /** Paths relative to the repository's root, in the order in which they were written. */
  readonly written: readonly string[];
  readonly serviceAccount: string | undefined;
}

/**
 * Writes the folder of a new action under `actions/`, and declares its service account, with the right to
 * read action scripts, in rota.yaml.
 *
 * @throws CliError (exit 2) when something of that name is there already, or rota.yaml cannot be edited
 */
export async function scaffoldAction(root: string, name: string, type: ActionType): Promise<Scaffolded> {
  await refuseTaken(root, name);
  const serviceAccount = type === "runbook" ? undefined : accountFor(name);
  const rota = serviceAccount === undefined ? undefined : await withAccount(root, serviceAccount);
  const template = join(productFolder("templates"), "new", type);
  const files: [string, string][] = [];
  for (const file of (await readdir(template)).sort()) {
    const text = await readFile(join(template, file), "utf8");
    files.push([
      file,
      text.replaceAll("ACTION_NAME", name).replaceAll("SERVICE_ACCOUNT", serviceAccount ?? ""),
    ]);
  }
  const written = await writeAction(root, name, files);
  if (rota !== undefined) {
    await writeFile(join(root, "rota.yaml"), rota);
    written.push("rota.yaml");
  }
  return { written, serviceAccount };
}

/**
 * Writes a template of the gallery as an ordinary action under `actions/`, which knows nothing of the template.
 *
 * @throws CliError (exit 2) when something of that name is there already
 */
export async function scaffoldTemplate(
  root: string,
  name: string,
  { manifest, files }: Pick<Template, "manifest" | "files">,
): Promise<readonly string[]> {
  await refuseTaken(root, name);
  return writeAction(root, name, [["action.yaml", manifest], ...Object.entries(files)]);
}

/** Answers the paths relative to the root. */
async function writeAction(
  root: string,
  name: string,
  files: readonly (readonly [file: string, text: string])[],
): Promise<string[]> {
  const folder = join("actions", name);
  await mkdir(join(root, folder), { recursive: true });
  for (const [file, text] of files) {
    const whole = (file === "action.yaml" ? schemaLine(root) : "") + text;
    await writeFile(join(root, folder, file), whole, { flag: "wx" });
  }
  return files.map(([file]) => `${folder}/${file}`);
}

async function refuseTaken(root: string, name: string): Promise<void> {
  const taken = await sameNameAs(root, name);
  if (taken !== undefined)
    throw new CliError(exitCode.usage, `actions/${taken} is there already`, "Nothing was written.");
}

/** Names that differ by case alone clash on servers and on some file systems. */
async function sameNameAs(root: string, name: string): Promise<string | undefined> {
  const present = await readdir(join(root, "actions")).catch(() => []);
  return present.find((entry) => entry.toLowerCase() === name.toLowerCase());
}

async function withAccount(root: string, email: string): Promise<string | undefined> {
  const source = await readFile(join(root, "rota.yaml"), "utf8").catch(() => "");
  try {
    const text = addServiceAccount(source, email, [
      { object: "action_scripts:_all_default", permission: "AllowGet" },
    ]);
    return text === source ? undefined : text;
  } catch (error) {
    throw new CliError(
      exitCode.usage,
      `rota.yaml cannot be edited: ${error instanceof Error ? error.message : String(error)}`,
      "`rota validate` shows where. Nothing was written.",
    );
  }
}

/** A valid address whatever characters the name has. */
const accountFor = (name: string): string =>
  `${
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "action"
  }@example.com`;

/** Tells editors the schema, where the repository has one. */
const schemaLine = (root: string): string =>
  existsSync(join(root, "schemas", "action.schema.json"))
    ? "# yaml-language-server: $schema=../../schemas/action.schema.json\n"
    : "";
