import { InvalidArgumentError } from "commander";
import { readRunFilter } from "../../core/run/read-run-filter.ts";
import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples, text, type Values } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { RunJson, RunsAsked } from "../connection/wire.ts";
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
      .option("--action <name>", "the same as the argument")
      .option("--state <states>", "only in this state; several with commas between them")
      .option("--since <time>", "only since then: 2h, 3d, 2026-08-01, 2026-08-01T12:00Z")
      .option("--trigger <kind>", "only what this caused: manual, schedule, alert, …")
      .option("--category <name>", "only runs of actions of this category")
      .option("--limit <number>", "how many, 1 to 1000", count, usualLimit)
      .option("--cursor <cursor>", "go on where the page before ended");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota runs", "the newest 20 of every action"],
      ["rota runs disk_check --limit 100", "more, of one action"],
      ["rota runs --state failed,timed_out --since 2h", "what went wrong lately"],
    ]);
  },

  async run(io, values) {
    const asked = askedFor(io, values);
    const page = await client(await connect(io, values)).runs(asked);
    if (wantsJson(values)) printJson(io, { items: page.items, next: page.next ?? null });
    else if (page.items.length === 0) io.out(isFiltered(asked) ? noneLikeThat : noneYet);
    else {
      for (const line of table(
        headings,
        page.items.map((run) => row(io, run)),
      ))
        io.out(line);
      if (page.next != null) io.note(`There are more: ${neutralise(nextPage(values, asked, page.next))}`);
    }
    return exitCode.done;
  },
};

const noneYet = "No runs yet. `rota run NAME` starts one.";
const noneLikeThat = "No run is like that. `rota runs` shows the newest of all.";
const filters = ["state", "since", "trigger", "category"] as const;

const isFiltered = (asked: RunsAsked): boolean => filters.some((name) => asked[name] !== undefined);

/** Checked here, so that a mistyped word is told before a server is asked. */
function askedFor(io: Io, values: Values): RunsAsked {
  const [name, action] = [argument(values, 0), text(values, "action")];
  if (name !== "" && action !== undefined && action !== name)
    throw usageError(
      `Runs of "${name}" or of "${action}"? --action is the same as the argument`,
      "Give one of the two.",
    );
  const written = Object.fromEntries(filters.map((name) => [name, text(values, name)]));
  try {
    const { since } = readRunFilter(written, io.now() * 1000);
    return {
      action: name || action,
      limit: values.options.limit as number,
      cursor: text(values, "cursor"),
      ...written,
      // As an instant: the next page is asked for later.
      since: since === undefined ? undefined : String(since),
    };
  } catch (error) {
    if (error instanceof RangeError) throw usageError(error.message);
    throw error;
  }
}

/** The same command for what comes after this page. */
function nextPage(values: Values, asked: RunsAsked, cursor: string): string {
  const words = ["rota runs"];
  if (asked.action !== undefined) words.push(asked.action);
  for (const name of filters) if (asked[name] !== undefined) words.push(`--${name} ${inShell(asked[name])}`);
  if (asked.limit !== usualLimit) words.push(`--limit ${asked.limit}`);
  for (const name of ["environment", "server", "organization"]) {
    const value = text(values, name);
    if (value !== undefined) words.push(`--${name} ${value}`);
  }
  return [...words, `--cursor ${cursor}`].join(" ");
}

const inShell = (value: string): string =>
  /^[\w.,:@%+-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;

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
