import { isFinal } from "../../core/run/run.ts";
import { argument, type CommandModule, examples, flag } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import { exitCode } from "../exit-code.ts";
import { addFormatOption, jsonText, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { logLineText, stateText } from "../output/run-texts.ts";

/** `rota logs RUN` */
export const logs: CommandModule = {
  define(command) {
    command.argument("<run>", "id of the run").option("-f, --follow", "go on until the run ends");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota logs 3AbCdEfGhIjKlMnOpQrStUvWxYz", "what was logged until now"],
      ["rota logs 3AbCdEfGhIjKlMnOpQrStUvWxYz --follow", "and what comes, until the run ends"],
    ]);
  },

  async run(io, values) {
    const server = client(await connect(io, values));
    const id = argument(values, 0);
    const json = wantsJson(values);
    const state = flag(values, "follow") ? undefined : (await server.show(id)).state;
    const follow = state === undefined || isFinal(state);
    let isEmpty = true;
    const lines = follow ? server.log(id, { after: 0, signal: io.stop }) : server.logUntilNow(id);
    for await (const event of lines) {
      if (event.kind === "line") {
        isEmpty = false;
        io.out(json ? jsonText(event.line) : logLineText(io, event.line));
      } else if (!json && flag(values, "follow")) io.note(`The run ended: ${stateText(io, event.run.state)}`);
    }
    if (isEmpty && !json && (state === "waiting" || state === "queued"))
      io.note(
        `Nothing was logged yet: the run is ${stateText(io, state)}; \`rota show ${neutralise(id)}\` says why.`,
      );
    return exitCode.done;
  },
};
