/**
 * Writes docs/reference/commands.md from the program's own help; `--check` only compares, and fails when the
 * page is not current.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { everything } from "../src/cli/program.ts";

const page = "docs/reference/commands.md";
const root = await everything();
const sections = [root, ...root.commands].map((command) => {
  // As on a terminal of 100 columns, whatever this one has.
  command.configureOutput({ getOutHelpWidth: () => 100, getOutHasColors: () => false });
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  const title = command === root ? "rota" : `rota ${command.name()}`;
  return `## ${title}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
});
const wanted = `# Commands\n\nMade from \`rota help\` by \`npm run generate\`.\n\n${sections.join("\n")}`;

if (!process.argv.includes("--check")) writeFileSync(page, wanted);
else if (readFileSync(page, "utf8") !== wanted) {
  process.stderr.write(`${page} is not what the program says: npm run generate\n`);
  process.exitCode = 1;
}
