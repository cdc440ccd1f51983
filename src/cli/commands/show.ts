import { argument, type CommandModule, examples } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import { exitCode } from "../exit-code.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { resultText, runFacts } from "../output/run-texts.ts";
import { stepLines } from "../output/step-texts.ts";

/** `rota show RUN` */
export const show: CommandModule = {
  define(command) {
    command.argument("<run>", "id of the run");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota show 3AbCdEfGhIjKlMnOpQrStUvWxYz", "state, times, limits and result of a run"],
    ]);
  },

  async run(io, values) {
    const server = client(await connect(io, values));
    const run = await server.show(argument(values, 0));
    if (wantsJson(values)) printJson(io, run);
    else {
      for (const fact of runFacts(io, run)) io.out(fact);
      const steps = stepLines(io, run);
      if (steps.length > 0) io.out(["steps", ...steps].join("\n"));
      const result = resultText(run);
      if (result !== undefined) io.out(`result\n${result}`);
    }
    return exitCode.done;
  },
};
