import { type CommandModule, examples } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { ActionListed } from "../connection/wire.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { table } from "../output/table.ts";
import { exactTime, relativeTime } from "../output/time-texts.ts";

/** `rota list` */
export const list: CommandModule = {
  define(command) {
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [["rota list", "every action of the server, with what owns it and how it went last"]]);
  },

  async run(io, values) {
    const server = client(await connect(io, values));
    const actions = [...(await server.actions())].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (wantsJson(values)) printJson(io, { items: actions });
    else if (actions.length === 0)
      io.out("The server has no actions. `rota apply` brings those of this repository.");
    else
      for (const line of table(
        headings,
        actions.map((action) => row(io, action)),
      ))
        io.out(line);
    return exitCode.done;
  },
};

const headings = ["NAME", "TYPE", "STATUS", "LAST RUN", "VERSION", "DIGEST", "OWNER", "ID"];
const types: Readonly<Record<string, string>> = {
  once: "scheduled",
  repeat: "scheduled",
  service: "realtime",
};
const colours = { Errored: "red", Completed: "green", Running: "cyan" } as const;

function row(io: Io, action: ActionListed) {
  const ran = action.last_run_at !== action.created_at;
  const last = ran
    ? `${relativeTime(action.last_run_at, io.now())}  (${exactTime(action.last_run_at)})`
    : "never";
  const status = action.enabled === false ? "Disabled" : action.status;
  const paint = (text: string) =>
    text in colours ? io.style(colours[text as keyof typeof colours], text) : text;
  return [
    action.name,
    action.type ?? types[action.execution_details_type] ?? action.execution_details_type,
    { text: status, paint },
    last,
    action.version === undefined ? "" : String(action.version),
    action.digest?.slice(0, 12) ?? "",
    action.managed_by ?? "(none)",
    action.id,
  ];
}
