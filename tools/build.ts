/** Builds dist/: compiles src/, copies what is not TypeScript (Python, SQL, page assets), and links the launcher. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, rmSync, symlinkSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
const compiled = spawnSync("tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
for (const file of globSync("src/**/*.{py,sql,html,css,svg,generated.js}"))
  cpSync(file, file.replace(/^src/, "dist"));

// npm links the programs of dependencies, not the project's own: without this, each `npx rota` in a clone
// on an older Node starts with two warnings about engines.
if (existsSync("node_modules/.bin") && !existsSync("node_modules/.bin/rota"))
  symlinkSync("../../bin/rota", "node_modules/.bin/rota");
