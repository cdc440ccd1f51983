import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { EnvironmentFailed } from "./environment-failed.ts";

/** Wheels that a bundle brings along. */
export interface BundledWheels {
  /** Absolute. */
  readonly folder: string;
  /** `name==version` of each, sorted: what is installed when nothing is declared. */
  readonly requirements: readonly string[];
  /** File names and the sha256 of each, sorted. */
  readonly digests: readonly string[];
}

/** What `dependencies/` of a bundle is: packages to import as they lie there, wheels to install, or nothing. */
export type Shipped = "packages" | "wheels" | undefined;

/** A folder dependencies/ that holds wheels and nothing else is a folder of wheels. */
export async function whatIsShipped(bundle: string): Promise<Shipped> {
  const names = await list(join(bundle, "dependencies"));
  if (names === undefined) return undefined;
  return names.length > 0 && names.every((name) => name.endsWith(".whl")) ? "wheels" : "packages";
}

/** The wheels in `folder`; undefined: there are none. @throws EnvironmentFailed when a name is no wheel's */
export async function readWheels(folder: string): Promise<BundledWheels | undefined> {
  const names = ((await list(folder)) ?? []).filter((name) => name.endsWith(".whl")).sort();
  if (names.length === 0) return undefined;
  const requirements = names.map((name) => {
    const [, project, version] = /^([A-Za-z0-9._]+)-([A-Za-z0-9.!+_]+)-.+-.+-.+\.whl$/.exec(name) ?? [];
    if (project === undefined || version === undefined)
      throw new EnvironmentFailed(`${JSON.stringify(name.slice(0, 100))} is no name of a wheel.`);
    return `${project}==${version}`;
  });
  const digests: string[] = [];
  for (const name of names) digests.push(`${name} ${await digestOf(join(folder, name))}`);
  return { folder, requirements: [...new Set(requirements)].sort(), digests };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

const list = (folder: string) => readdir(folder).catch(() => undefined);
