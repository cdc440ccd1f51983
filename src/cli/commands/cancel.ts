import { argument, type CommandModule, examples } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import { exitCode } from "../exit-code.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { stateText } from "../output/run-texts.ts";

/** `rota cancel RUN` */
export const cancel: CommandModule = {
  define(command) {
    command.argument("<run>", "id of the run");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota cancel 3AbCdEfGhIjKlMnOpQrStUvWxYz", "its processes get SIGTERM, then SIGKILL"],
    ]);
  },

  async run(io, values) {
    const server = client(await connect(io, values));
    const run = await server.cancel(argument(values, 0));
    if (wantsJson(values)) printJson(io, run);
    else if (run.state === "running")
      io.out(neutralise(`Asked ${run.id} to stop; \`rota show ${run.id}\` tells when it has.`));
    else io.out(`${neutralise(run.id)} is ${stateText(io, run.state)}`);
    return exitCode.done;
  },
};
