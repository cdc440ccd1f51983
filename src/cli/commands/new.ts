import { Option } from "commander";
import type { ActionType } from "../../core/action/action.ts";
import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples, text } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import { commandLines, type Io } from "../io.ts";
import { findRoot } from "../repository/find-root.ts";
import { scaffoldAction, scaffoldTemplate } from "../repository/scaffold.ts";
import { requireTemplate } from "../templates/require-template.ts";

/** `rota new NAME --type TYPE`, `rota new NAME --template TITLE` */
export const newAction: CommandModule = {
  define(command) {
    command
      .argument("<name>", "name of the action, and of its folder under actions/")
      .addOption(
        new Option("--type <type>", "what starts it and what it consists of").choices([
          "scheduled",
          "realtime",
          "runbook",
        ]),
      )
      .addOption(
        new Option("--template <title>", "a runbook of the gallery: see rota templates").conflicts("type"),
      );
    examples(command, [
      ["rota new disk_check --type scheduled", "Python that runs on a schedule"],
      ["rota new mask_emails --type realtime", "Python that transforms records"],
      ["rota new restart_web --type runbook", "steps for people, schedules and alerts"],
      ['rota new restart_web --template "Service Restart"', "a runbook of the gallery, to be changed"],
    ]);
  },

  async run(io, values) {
    const name = argument(values, 0);
    const title = text(values, "template");
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(name))
      throw usageError(
        `"${name}" is no name for an action`,
        "Letters, digits and _ . - are possible, at most 64, and a letter, digit or _ first.",
      );
    const type = title === undefined ? (text(values, "type") as ActionType | undefined) : "runbook";
    if (type === undefined)
      throw usageError(
        "What kind of action is it?",
        "--type scheduled, realtime or runbook; or --template with a title of `rota templates`. `rota help new` shows how it is used.",
      );
    const root = findRoot(io.cwd);
    const given = title === undefined ? "" : await fromTemplate(io, root, name, title);
    if (title === undefined) await fromType(io, root, name, type);
    io.out("");
    io.out("Next:");
    const next: [string, string][] = [["rota validate", "check it"]];
    if (type !== "realtime") next.push([`rota run ${name} --local${given}`, "try it on this machine"]);
    if (type === "realtime")
      next.push([`rota run ${name} --local --input records.json`, "try it on a JSON list of records"]);
    for (const line of commandLines(io, next)) io.out(line);
    return exitCode.done;
  },
};

async function fromType(io: Io, root: string, name: string, type: ActionType): Promise<void> {
  const { written, serviceAccount } = await scaffoldAction(root, name, type);
  tellWritten(io, written);
  if (serviceAccount !== undefined)
    io.out(`Its runs have the rights of ${serviceAccount}, declared in rota.yaml.`);
}

/** Answers the options that a run of it cannot do without. */
async function fromTemplate(io: Io, root: string, name: string, title: string): Promise<string> {
  const template = await requireTemplate(title);
  tellWritten(io, await scaffoldTemplate(root, name, template));
  io.out(`It is yours now: the template "${template.title}" has no more to do with it.`);
  return Object.entries(template.action.parameters)
    .filter(([, schema]) => !("default" in schema))
    .map(([parameter]) => ` --param ${parameter}=…`)
    .join("");
}

function tellWritten(io: Io, written: readonly string[]): void {
  for (const file of written) io.out(`${io.style("green", "wrote")} ${file}`);
}
