import { Argument } from "commander";
import { argument, type CommandModule, examples } from "../command.ts";
import { completionScript, type Shell } from "../completion/completion-script.ts";
import { describeProgram } from "../completion/describe-program.ts";
import { exitCode } from "../exit-code.ts";
import { everything } from "../program.ts";

/** `rota completion SHELL` */
export const completion: CommandModule = {
  define(command) {
    command.addArgument(new Argument("<shell>", "the shell to complete in").choices(["bash", "zsh", "fish"]));
    examples(command, [
      ["source <(rota completion bash)", "in ~/.bashrc"],
      ["source <(rota completion zsh)", "in ~/.zshrc, after compinit"],
      ["rota completion fish > ~/.config/fish/completions/rota.fish", "once"],
    ]);
  },

  async run(io, values) {
    io.raw(completionScript(argument(values, 0) as Shell, describeProgram(await everything())));
    return exitCode.done;
  },
};
