import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Plan } from "../../core/plan/plan.ts";
import { PlanFileError, readPlan } from "../../core/plan/render/json.ts";
import { renderText } from "../../core/plan/render/text.ts";
import { type ApplyReport, apply as applyPlan } from "../../sync/index.ts";
import { CliError, usageError } from "../cli-error.ts";
import { type CommandModule, examples, flag, text, type Values } from "../command.ts";
import { addConnectionOptions } from "../connection/connection.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { applyProgress } from "../syncing/apply-progress.ts";
import { printReport } from "../syncing/print-report.ts";
import { addSyncOptions } from "../syncing/sync-options.ts";
import { explained, syncRequest } from "../syncing/sync-request.ts";
import { terminalPalette } from "../syncing/terminal-palette.ts";

/** `rota apply` */
export const apply: CommandModule = {
  define(command) {
    command
      .option("--plan <file>", "do exactly what this saved plan says, or refuse")
      .option("-y, --yes", "do not ask");
    addFormatOption(command);
    addSyncOptions(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota apply", "show the plan, ask, do it"],
      ["rota apply --plan plan.json --yes", "what was approved, and nothing else"],
      ["git revert HEAD && rota apply", "back to what was live before"],
    ]);
  },

  async run(io, values) {
    const saved = await savedPlan(io, values);
    const request = await syncRequest(io, values);
    const json = wantsJson(values);
    const progress = applyProgress(io);
    const work = () =>
      applyPlan({
        ...request,
        ...(saved === undefined ? {} : { saved }),
        actor: io.env.USER ?? "rota",
        resume: resumeCommand(values),
        approve: (plan) => approve(io, plan, flag(values, "yes")),
        onEvent: (event) => {
          if (event.event === "planned" && !json)
            io.note(renderText(event.plan, terminalPalette(io, "note")));
          progress.tell(event);
        },
      });
    let report: ApplyReport;
    try {
      report = await explained(io, work);
    } finally {
      progress.done();
    }
    if (json) printJson(io, report);
    else printReport(io, report);
    return report.exitCode;
  },
};

async function savedPlan(io: Io, values: Values): Promise<Plan | undefined> {
  const file = text(values, "plan");
  if (file === undefined) return undefined;
  const json = await readFile(resolve(io.cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    throw usageError(
      `The plan ${file} cannot be read: ${error.code === "ENOENT" ? "no such file" : error.message}`,
    );
  });
  try {
    return readPlan(json);
  } catch (error) {
    if (error instanceof PlanFileError) throw usageError(`${file}: ${error.message}`);
    throw error;
  }
}

async function approve(io: Io, plan: Plan, yes: boolean): Promise<void> {
  if (yes) return;
  if (!io.interactive)
    throw usageError(
      "Nobody is there to say yes, and nothing was applied",
      "Add --yes to apply without asking.",
    );
  const answer = await io.ask(
    `Apply ${plan.operations.length === 1 ? "it" : "all of it"} to ${plan.server}? (yes/no) `,
  );
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError(exitCode.interrupted, "Nothing was applied");
}

/** The same command once more, for the rest of what could not be done. */
function resumeCommand(values: Values): string {
  const words = ["rota apply"];
  for (const name of ["worktree", "prune", "allowDeletes", "allowUpdates", "allowEmpty"])
    if (flag(values, name)) words.push(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  for (const name of ["environment", "server"]) {
    const value = text(values, name);
    if (value !== undefined) words.push(`--${name} ${value}`);
  }
  return words.join(" ");
}
