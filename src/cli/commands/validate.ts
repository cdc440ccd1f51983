import { type IssueFormat, renderIssues } from "../../core/action/render/render-issues.ts";
import { validateFolder } from "../../sync/index.ts";
import { type CommandModule, examples, text } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import { addFormatOption } from "../output/format-option.ts";

/** `rota validate` */
export const validate: CommandModule = {
  define(command) {
    command.option("--environment <name>", "with the overlay of this environment of rota.yaml");
    addFormatOption(command, ["text", "json", "github"]);
    examples(command, [
      ["rota validate", "every problem of every file, with its place"],
      ["rota validate --format github", "as annotations of a pull request"],
    ]);
  },

  async run(io, values) {
    const environment = text(values, "environment");
    const { issues, members } = await validateFolder(io.cwd, { environment, env: io.env });
    const failed = issues.some(({ severity }) => severity === "error");
    io.raw(renderIssues(issues, values.options.format as IssueFormat));
    if (values.options.format === "text" && !failed) {
      const count = `${members.length} ${members.length === 1 ? "action" : "actions"}`;
      io.out(
        members.length === 0
          ? "There are no actions here: rota new NAME --type scheduled makes one."
          : `${count} valid.`,
      );
    }
    return failed ? exitCode.invalid : exitCode.done;
  },
};
