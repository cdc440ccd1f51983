import { Option } from "commander";
import { type CommandModule, examples, flag, text, type Values } from "../command.ts";
import { type Client, client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { ActionListed, ActionsAsked } from "../connection/wire.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { table } from "../output/table.ts";
import { exactTime, relativeTime } from "../output/time-texts.ts";

/** `rota list` */
export const list: CommandModule = {
  define(command) {
    command
      .option("--category <name>", "only actions of this category")
      .option("--tag <tag>", "only actions with this tag")
      .option("--search <words>", "only actions with these words in name, description or tags")
      .addOption(
        new Option("--type <type>", "only actions of this type").choices([
          "scheduled",
          "realtime",
          "runbook",
        ]),
      )
      .option("--starred", "only your favourites (rota star NAME)")
      .option("--categories", "the categories themselves, and how many actions each has");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota list", "every action of the server, with what owns it and how it went last"],
      ["rota list --category Recovery --search nginx", "what may help now"],
      ["rota list --categories", "what there is to choose from"],
    ]);
  },

  async run(io, values) {
    const server = client(await connect(io, values));
    if (flag(values, "categories")) return printCategories(io, values, server);
    const asked = askedFor(values);
    const actions = [...(await server.actions(asked))].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (wantsJson(values)) printJson(io, { items: actions });
    else if (actions.length > 0) for (const line of actionTable(io, actions)) io.out(line);
    else if (asked.starred === true)
      io.out(
        "None of your favourites is like that: `rota star NAME` marks one, `rota list` shows all actions.",
      );
    else if (Object.values(asked).some((wanted) => wanted !== undefined))
      io.out("No action is like that. `rota list` shows all, `rota list --categories` the categories.");
    else io.out("The server has no actions. `rota apply` brings those of this repository.");
    return exitCode.done;
  },
};

const askedFor = (values: Values): ActionsAsked => ({
  category: text(values, "category"),
  tag: text(values, "tag"),
  search: text(values, "search"),
  type: text(values, "type"),
  starred: flag(values, "starred") ? true : undefined,
});

async function printCategories(io: Io, values: Values, server: Client): Promise<number> {
  const { items, without } = await server.categories();
  if (wantsJson(values)) printJson(io, { items, without });
  else {
    const rows = items.map(({ name, standard, actions }) => [
      name,
      String(actions),
      standard ? "standard" : "own",
    ]);
    if (without > 0) rows.push(["(none)", String(without), ""]);
    for (const line of table(["CATEGORY", "ACTIONS", "KIND"], rows)) io.out(line);
  }
  return exitCode.done;
}

const headings = ["NAME", "TYPE", "STATUS", "LAST RUN", "VERSION", "DIGEST", "OWNER", "CATEGORY"];
const types: Readonly<Record<string, string>> = {
  once: "scheduled",
  repeat: "scheduled",
  service: "realtime",
};
const colours = { Errored: "red", Completed: "green", Running: "cyan" } as const;

/** Tags have a column where there are any. */
function actionTable(io: Io, actions: readonly ActionListed[]): string[] {
  const tagged = actions.some(({ tags = [] }) => tags.length > 0);
  const rows = actions.map((action) => [
    ...row(io, action),
    ...(tagged ? [(action.tags ?? []).join(", ")] : []),
    action.id,
  ]);
  return table([...headings, ...(tagged ? ["TAGS"] : []), "ID"], rows);
}

function row(io: Io, action: ActionListed) {
  const ran = action.last_run_at !== action.created_at;
  const last = ran
    ? `${relativeTime(action.last_run_at, io.now())}  (${exactTime(action.last_run_at)})`
    : "never";
  const status = action.enabled === false ? "Disabled" : action.status;
  const paint = (shown: string) =>
    shown in colours ? io.style(colours[shown as keyof typeof colours], shown) : shown;
  return [
    action.starred ? `${action.name} ★` : action.name,
    action.type ?? types[action.execution_details_type] ?? action.execution_details_type,
    { text: status, paint },
    last,
    action.version === undefined ? "" : String(action.version),
    action.digest?.slice(0, 12) ?? "",
    action.managed_by ?? "(none)",
    action.category ?? "",
  ];
}
