import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { renderJson } from "../../core/plan/render/json.ts";
import { renderMarkdown } from "../../core/plan/render/markdown.ts";
import { renderText } from "../../core/plan/render/text.ts";
import { plan as makePlan, planExitCode } from "../../sync/index.ts";
import { usageError } from "../cli-error.ts";
import { type CommandModule, examples, flag, text } from "../command.ts";
import { addConnectionOptions } from "../connection/connection.ts";
import { addFormatOption } from "../output/format-option.ts";
import { addSyncOptions } from "../syncing/sync-options.ts";
import { explained, syncRequest } from "../syncing/sync-request.ts";
import { terminalPalette } from "../syncing/terminal-palette.ts";

/** `rota plan` */
export const plan: CommandModule = {
  define(command) {
    command
      .option("--out <file>", "also save the plan, for `rota apply --plan`")
      .option("--detailed-exitcode", "exit 10 when there are changes");
    addFormatOption(command, ["text", "json", "markdown"]);
    addSyncOptions(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota plan", "what `rota apply` would do now"],
      ["rota plan --out plan.json", "and keep it: apply does that, or refuses"],
      ["rota plan --format markdown", "as a comment for a pull request"],
    ]);
  },

  async run(io, values) {
    const request = await syncRequest(io, values);
    const made = await explained(io, () => makePlan(request));
    const file = text(values, "out");
    if (file !== undefined)
      await writeFile(resolve(io.cwd, file), renderJson(made)).catch((error: Error) => {
        throw usageError(`The plan cannot be saved: ${error.message}`);
      });
    if (values.options.format === "json") io.raw(renderJson(made));
    else if (values.options.format === "markdown") io.raw(renderMarkdown(made));
    else io.raw(renderText(made, terminalPalette(io, "out")));
    return planExitCode(made, { detailed: flag(values, "detailedExitcode") });
  },
};
