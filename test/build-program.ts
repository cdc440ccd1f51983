import { cpSync, existsSync, globSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "vitest/config";
import type { TestProject } from "vitest/node";
import { bundle } from "../tools/bundle.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The built program's main file, and the folder where Node keeps what it compiled of it. */
    program: { readonly main: string; readonly compiled: string };
  }
}

/** In the clone, where the packages are found; of this process alone, as others may test what is there then. */
const folder = resolve(`node_modules/.cache/rota-program-${process.pid}`);

/**
 * Builds the program once for all tests that start it as a process. It is what users start, made of what is in src/
 * now, and a start of it costs half of one that reads src/ file by file.
 */
export default async function buildProgram(project: TestProject): Promise<() => void> {
  if (!existsSync(folder)) await build();
  project.provide("program", { main: join(folder, "dist/cli/main.js"), compiled: join(folder, "compiled") });
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function build(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await bundle(join(folder, "dist"));
  for (const file of globSync("src/**/*.{py,sql,html,css,svg}"))
    cpSync(file, join(folder, file.replace(/^src/, "dist")));
  for (const beside of ["package.json", "schemas", "templates"])
    symlinkSync(resolve(beside), join(folder, beside));
}

/** Stores that tests open in their own process get the built thread: reading kysely's 300 files took 200 ms for each. */
export function builtStoreThread(): Plugin {
  const written = "new URL(`./worker.${extension}`, import.meta.url)";
  const built = `new URL("${pathToFileURL(join(folder, "dist/store/worker.js"))}")`;
  return {
    name: "built-store-thread",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("/src/store/open-store.ts")) return null;
      if (!code.includes(written)) throw new Error(`${id} does not start its thread as ${written}`);
      return { code: code.replace(written, built), map: null };
    },
  };
}
