import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { bundle } from "../tools/bundle.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The built program's main file, and the folder where Node keeps what it compiled of it. */
    program: { readonly main: string; readonly compiled: string };
  }
}

/**
 * Builds the program once for all tests that start it as a process. It is what users start, made of what is in src/
 * now, and a start of it costs half of one that reads src/ file by file.
 */
export default async function buildProgram(project: TestProject): Promise<() => void> {
  const cache = resolve("node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "rota-program-"));
  await bundle(join(folder, "dist"));
  for (const file of globSync("src/**/*.{py,sql,html,css,svg}"))
    cpSync(file, join(folder, file.replace(/^src/, "dist")));
  for (const beside of ["package.json", "schemas", "templates"])
    symlinkSync(resolve(beside), join(folder, beside));
  project.provide("program", { main: join(folder, "dist/cli/main.js"), compiled: join(folder, "compiled") });
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
