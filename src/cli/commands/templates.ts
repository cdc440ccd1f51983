import { readGallery } from "../../sync/index.ts";
import { argument, type CommandModule, examples } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import { commandLines, type Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { requireTemplate } from "../templates/require-template.ts";
import { templateTexts } from "../templates/template-texts.ts";

/** `rota templates [TITLE]` */
export const templates: CommandModule = {
  define(command) {
    command.argument("[title]", "title of one, to see its steps, settings and parameters");
    addFormatOption(command);
    examples(command, [
      ["rota templates", "all of them, by group"],
      ['rota templates "Service Restart"', "what it does, step by step"],
      ['rota new restart_web --template "Service Restart"', "an action of it, to be changed"],
    ]);
  },

  async run(io, values) {
    const title = argument(values, 0);
    if (title === "") await showAll(io, wantsJson(values));
    else await showOne(io, title, wantsJson(values));
    return exitCode.done;
  },
};

async function showAll(io: Io, json: boolean): Promise<void> {
  const groups = await readGallery();
  if (json) {
    const items = groups.map(({ name, templates }) => ({
      name,
      templates: templates.map((one) => ({ title: one.title, name: one.name, summary: one.summary })),
    }));
    printJson(io, { groups: items });
    return;
  }
  const width = Math.max(...groups.flatMap((group) => group.templates.map(({ title }) => title.length)));
  for (const { name, templates } of groups) {
    io.out(io.style("bold", name));
    for (const { title, summary } of templates) io.out(`  ${title.padEnd(width)}  ${summary}`);
    io.out("");
  }
  for (const line of commandLines(io, [
    ['rota templates "Service Restart"', "steps, settings and parameters of one"],
    ['rota new NAME --template "Service Restart"', "make an action of it"],
  ]))
    io.out(line);
}

async function showOne(io: Io, asked: string, json: boolean): Promise<void> {
  const template = await requireTemplate(asked);
  const { title, group, name, summary, manifest, files } = template;
  if (json) {
    printJson(io, { title, group, name, summary, manifest, files });
    return;
  }
  for (const line of templateTexts(template)) io.out(line);
  io.out("");
  const made = `rota new ${name.replaceAll("-", "_")} --template "${title}"`;
  for (const line of commandLines(io, [[made, "make an action of it, to be changed"]])) io.out(line);
}
