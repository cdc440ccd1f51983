/*
 * The entry of `rota`. Kept tiny and in the language of old Nodes, because it is the one file that a Node
 * which is too old still has to read: such a Node gets one sentence, not a stack. Nothing is imported
 * statically but names that every Node has; the program comes by a dynamic import, after the checks.
 * `--version` is answered here: reading one small file costs 1 ms, the program's modules 20.
 */
import fs from "node:fs";
import module from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const needed = 24;
const found = Number(process.versions.node.split(".")[0]);
const argument = process.argv[2];

if (found < needed) {
  process.stderr.write(
    `rota: Node ${needed} or newer is needed, and this is Node ${process.versions.node} (${process.execPath})\n` +
      `Install it (https://nodejs.org), or put one beside rota: npm install --save-dev node@${needed}, then npx rota\n`,
  );
  process.exitCode = 2;
} else if (process.argv.length === 3 && (argument === "--version" || argument === "-V")) {
  const file = fileURLToPath(new URL("../../package.json", import.meta.url));
  process.stdout.write(`${JSON.parse(fs.readFileSync(file, "utf8")).version}\n`);
} else {
  // A folder of our own: Node's default one lies in the shared temporary directory.
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE || path.join(cache, "rota", "compiled"));
  import("./run-program.ts").then((program) => program.runProgram(process.argv.slice(2)));
}
