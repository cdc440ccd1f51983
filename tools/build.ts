/** Builds dist/: compiles src/ and copies what is not TypeScript (Python, SQL, page assets). */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
const compiled = spawnSync("tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
for (const file of globSync("src/**/*.{py,sql,html,css,svg,generated.js}"))
  cpSync(file, file.replace(/^src/, "dist"));
