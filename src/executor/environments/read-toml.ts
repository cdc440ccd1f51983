import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { parse, TomlError } from "smol-toml";
import { EnvironmentFailed } from "./environment-failed.ts";

const largestProject = 256 * 1024;
const largestLock = 8 * 2 ** 20;

/** The text of a file of the bundle; undefined: there is none. @throws EnvironmentFailed when it is too large */
export async function readText(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const name = basename(file);
  const [most, shown] = name === "pyproject.toml" ? [largestProject, "256 KiB"] : [largestLock, "8 MiB"];
  if (found.size > most) throw new EnvironmentFailed(`${name} is larger than ${shown}.`);
  return readFile(file, "utf8");
}

/** @throws EnvironmentFailed with the place of the mistake */
export function parseToml(text: string, name: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = "invalid TOML"] = error.message.split("\n");
    throw new EnvironmentFailed(`${name}:${error.line}:${error.column}: ${what}`);
  }
}

export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
