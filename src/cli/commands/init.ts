import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { usageError } from "../cli-error.ts";
import { type CommandModule, examples } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import { commandLines } from "../io.ts";
import { productFolder } from "../repository/product-folder.ts";
import { scaffoldAction } from "../repository/scaffold.ts";

const ignored = [
  "# Rota's data folder, when the server is started here",
  ".rota/",
  "__pycache__/",
  // `npm install --save-dev rota` makes it, and `git add .` would take it.
  "node_modules/",
];

/** `rota init` */
export const init: CommandModule = {
  define(command) {
    examples(command, [["mkdir ops && cd ops && rota init", "a repository with one action, ready to run"]]);
  },

  async run(io) {
    if (existsSync(join(io.cwd, "rota.yaml")))
      throw usageError(
        "rota.yaml is there already: this folder is a repository of actions",
        "Add actions with `rota new`.",
      );
    const written: string[] = [];
    const write = async (file: string, text: string) => {
      await mkdir(dirname(join(io.cwd, file)), { recursive: true });
      await writeFile(join(io.cwd, file), text, { flag: "wx" });
      written.push(file);
    };
    await write("rota.yaml", project(basename(io.cwd)));
    for (const schema of (await readdir(productFolder("schemas"))).sort()) {
      if (existsSync(join(io.cwd, "schemas", schema))) continue;
      await mkdir(join(io.cwd, "schemas"), { recursive: true });
      await copyFile(join(productFolder("schemas"), schema), join(io.cwd, "schemas", schema));
      written.push(`schemas/${schema}`);
    }
    if (!existsSync(join(io.cwd, "actions"))) {
      const made = await scaffoldAction(io.cwd, "hello", "scheduled");
      written.push(...made.written.filter((file) => file !== "rota.yaml"));
    }
    if (await ignore(join(io.cwd, ".gitignore"))) written.push(".gitignore");
    for (const file of written) io.out(`${io.style("green", "wrote")} ${file}`);
    io.out("");
    io.out("Next:");
    const next: [string, string][] = [
      ["rota run hello --local", "try it on this machine"],
      ["rota serve --apply .", "start the server, with these actions applied"],
    ];
    if (!existsSync(join(io.cwd, ".git")))
      next.push(["git init && git add . && git commit -m Start", "keep history"]);
    for (const line of commandLines(io, next)) io.out(line);
    return exitCode.done;
  },
};

/** A scope that is the folder's name where that can be one. */
function project(folder: string): string {
  const scope =
    folder
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "default";
  return `# yaml-language-server: $schema=schemas/rota.schema.json
organization: default
# Marks on the server what this repository owns. Nothing else is ever changed or deleted.
scope: ${scope}
environments:
  local: { server: http://127.0.0.1:5090 }
`;
}

/** Adds what is missing to .gitignore; false when nothing was. */
async function ignore(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text.split(/\r?\n/);
  const missing = ignored.filter((line) => !lines.includes(line));
  if (missing.length === 0) return false;
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  await writeFile(file, `${text}${gap}${missing.join("\n")}\n`);
  return true;
}
