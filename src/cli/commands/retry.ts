import { argument, type CommandModule, examples } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import { askingLines } from "../output/approval-texts.ts";
import { addFormatOption, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { followRun } from "../running/follow-run.ts";

/** `rota retry RUN` */
export const retry: CommandModule = {
  define(command) {
    command.argument("<run>", "id of a run that did not succeed");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      [
        "rota retry 3AbCdEfGhIjKlMnOpQrStUvWxYz",
        "a new run of the same version, of a runbook from the step that failed",
      ],
    ]);
  },

  async run(io, values) {
    const server = client(await connect(io, values));
    const started = await server.retry(argument(values, 0));
    io.note(neutralise(`run ${started.id} of ${started.action_name}, version ${started.version}`));
    for (const line of askingLines(started, io.now())) io.note(line);
    return followRun(io, server.log(started.id, { after: 0 }), {
      json: wantsJson(values),
      cancel: async () => void (await server.cancel(started.id)),
      finished: (run) => server.show(run.id),
    });
  },
};
