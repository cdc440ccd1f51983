import { InvalidArgumentError } from "commander";
import { argument, type CommandModule, examples, text, type Values } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { RunJson } from "../connection/wire.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { durationText, stateText, triggerText } from "../output/run-texts.ts";
import { table } from "../output/table.ts";
import { exactTime, relativeTime } from "../output/time-texts.ts";

/** `rota runs [NAME]` */
export const runs: CommandModule = {
  define(command) {
    command
      .argument("[name]", "only runs of this action")
      .option("--limit <number>", "how many, 1 to 1000", count, usualLimit)
      .option("--cursor <cursor>", "go on where the page before ended");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota runs", "the newest 20 of every action"],
      ["rota runs disk_check --limit 100", "more, of one action"],
      ["rota runs --format json | jq '.items[] | select(.state == \"failed\")'", "what failed"],
    ]);
  },

  async run(io, values) {
    const server = client(await connect(io, values));
    const page = await server.runs({
      action: argument(values, 0) || undefined,
      limit: values.options.limit as number,
      cursor: text(values, "cursor"),
    });
    if (wantsJson(values)) printJson(io, { items: page.items, next: page.next ?? null });
    else if (page.items.length === 0) io.out("No runs yet. `rota run NAME` starts one.");
    else {
      for (const line of table(
        headings,
        page.items.map((run) => row(io, run)),
      ))
        io.out(line);
      if (page.next != null) io.note(`There are more: ${neutralise(nextPage(values, page.next))}`);
    }
    return exitCode.done;
  },
};

/** The same command for what comes after this page. */
function nextPage(values: Values, cursor: string): string {
  const words = ["rota runs"];
  const action = argument(values, 0);
  if (action) words.push(action);
  if (values.options.limit !== usualLimit) words.push(`--limit ${values.options.limit}`);
  for (const name of ["environment", "server", "organization"]) {
    const value = text(values, name);
    if (value !== undefined) words.push(`--${name} ${value}`);
  }
  return [...words, `--cursor ${cursor}`].join(" ");
}

const usualLimit = 20;
const headings = ["RUN", "ACTION", "STATE", "CREATED", "TOOK", "STARTED BY", "REASON"];

const row = (io: Io, run: RunJson) => [
  run.id,
  run.action_name,
  { text: run.state, paint: () => stateText(io, run.state) },
  `${relativeTime(run.created_at, io.now())}  (${exactTime(run.created_at)})`,
  durationText(run, io.now()),
  triggerText(run),
  (run.reason ?? "").split("\n")[0] ?? "",
];

function count(written: string): number {
  const number = Number(written);
  if (!Number.isInteger(number) || number < 1 || number > 1000)
    throw new InvalidArgumentError("A whole number from 1 to 1000 is needed.");
  return number;
}
