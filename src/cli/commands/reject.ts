import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples, text } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import { exitCode } from "../exit-code.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { afterVote } from "../output/vote-texts.ts";
import { lookAt } from "../running/look-at.ts";

/** `rota reject RUN --reason TEXT` */
export const reject: CommandModule = {
  define(command) {
    command
      .argument("<run>", "id of a run that waits for approval")
      .option("--reason <text>", "why not: whoever started it reads it");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ['rota reject 3AbCdEfGhIjKlMnOpQrStUvWxYz --reason "not during the sale"', "it ends as rejected"],
    ]);
  },

  async run(io, values) {
    const reason = text(values, "reason")?.trim() ?? "";
    if (reason === "") throw usageError('Say why: --reason "…"; whoever started the run reads it.');
    const server = client(await connect(io, values));
    const { id, round } = await lookAt(server, argument(values, 0));
    const run = await server.reject(id, { reason, round });
    if (wantsJson(values)) printJson(io, run);
    else for (const line of afterVote(io, run)) io.out(line);
    return exitCode.done;
  },
};
