/** Builds dist/: bundles src/, copies what is not TypeScript (Python, SQL, page assets), and links the launcher. */
import { cpSync, existsSync, globSync, rmSync, symlinkSync } from "node:fs";
import { bundle } from "./bundle.ts";

rmSync("dist", { recursive: true, force: true });
await bundle("dist");
for (const file of globSync("src/**/*.{py,sql,html,css,svg}")) cpSync(file, file.replace(/^src/, "dist"));

// npm links the programs of dependencies, not the project's own: without this, each `npx rota` in a clone
// on an older Node starts with two warnings about engines.
if (existsSync("node_modules/.bin") && !existsSync("node_modules/.bin/rota"))
  symlinkSync("../../bin/rota", "node_modules/.bin/rota");
