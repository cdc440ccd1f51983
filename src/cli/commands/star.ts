import { argument, type CommandModule, examples } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import { exitCode } from "../exit-code.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";

/** `rota star NAME`, `rota unstar NAME` */
const marking = (starred: boolean): CommandModule => ({
  define(command) {
    command.argument("<name>", "name or id of an action");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(
      command,
      starred
        ? [
            ["rota star restart_nginx", "kept on the server, for you alone"],
            ["rota list --starred", "your favourites"],
          ]
        : [["rota unstar restart_nginx", "it is no favourite of yours any more"]],
    );
  },

  async run(io, values) {
    const name = argument(values, 0);
    const server = client(await connect(io, values));
    await server.star(name, starred);
    if (wantsJson(values)) printJson(io, { name, starred });
    else
      io.out(
        neutralise(
          starred
            ? `${name} is a favourite of yours; \`rota list --starred\` lists them.`
            : `${name} is no favourite of yours.`,
        ),
      );
    return exitCode.done;
  },
});

export const star = marking(true);
export const unstar = marking(false);
