import { Option } from "commander";
import type { ActionType } from "../../core/action/action.ts";
import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples, text } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import { commandLines } from "../io.ts";
import { findRoot } from "../repository/find-root.ts";
import { scaffoldAction } from "../repository/scaffold.ts";

/** `rota new NAME --type TYPE` */
export const newAction: CommandModule = {
  define(command) {
    command
      .argument("<name>", "name of the action, and of its folder under actions/")
      .addOption(
        new Option("--type <type>", "what starts it and what it consists of")
          .choices(["scheduled", "realtime", "runbook"])
          .makeOptionMandatory(),
      );
    examples(command, [
      ["rota new disk_check --type scheduled", "Python that runs on a schedule"],
      ["rota new mask_emails --type realtime", "Python that transforms records"],
      ["rota new restart_web --type runbook", "steps for people, schedules and alerts"],
    ]);
  },

  async run(io, values) {
    const name = argument(values, 0);
    const type = text(values, "type") as ActionType;
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(name))
      throw usageError(
        `"${name}" is no name for an action`,
        "Letters, digits and _ . - are possible, at most 64, and a letter, digit or _ first.",
      );
    const root = findRoot(io.cwd);
    const { written, serviceAccount } = await scaffoldAction(root, name, type);
    for (const file of written) io.out(`${io.style("green", "wrote")} ${file}`);
    if (serviceAccount !== undefined)
      io.out(`Its runs have the rights of ${serviceAccount}, declared in rota.yaml.`);
    io.out("");
    io.out("Next:");
    const next: [string, string][] = [["rota validate", "check it"]];
    if (type !== "realtime") next.push([`rota run ${name} --local`, "try it on this machine"]);
    if (type === "realtime")
      next.push([`rota run ${name} --local --input records.json`, "try it on a JSON list of records"]);
    for (const line of commandLines(io, next)) io.out(line);
    return exitCode.done;
  },
};
