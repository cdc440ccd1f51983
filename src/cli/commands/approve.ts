import { argument, type CommandModule, examples, text } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import { exitCode } from "../exit-code.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { afterVote } from "../output/vote-texts.ts";
import { lookAt } from "../running/look-at.ts";

/** `rota approve RUN` */
export const approve: CommandModule = {
  define(command) {
    command
      .argument("<run>", "id of a run that waits for approval")
      .option("--comment <text>", "kept with the vote");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota approve 3AbCdEfGhIjKlMnOpQrStUvWxYz", "one's own vote; it starts when enough agree"],
      ['rota approve 3AbCdEfGhIjKlMnOpQrStUvWxYz --comment "traffic is low"', "with why"],
    ]);
  },

  async run(io, values) {
    const server = client(await connect(io, values));
    const { id, round } = await lookAt(server, argument(values, 0));
    // The vote is about what was just read: one on something else is refused.
    const run = await server.approve(id, { comment: text(values, "comment"), round });
    if (wantsJson(values)) printJson(io, run);
    else for (const line of afterVote(io, run)) io.out(line);
    return exitCode.done;
  },
};
