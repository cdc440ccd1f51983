import { type FireOf, firesBetween } from "../../core/schedule/fires-between.ts";
import { scheduleText } from "../../core/schedule/schedule-text.ts";
import { type Fire, upcomingFires } from "../../core/schedule/upcoming-fires.ts";
import type { Instant } from "../../core/time.ts";
import { argument, type CommandModule, examples, text } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { table } from "../output/table.ts";
import { exactTime } from "../output/time-texts.ts";
import { findMember, readWorkTree } from "../repository/work-tree-actions.ts";
import { clockText, fireJson, localText } from "../scheduling/fire-texts.ts";
import { addSpanOptions, mostFires, readSpan, type Span } from "../scheduling/schedule-options.ts";
import {
  type Scheduled,
  scheduledActions,
  scheduledJson,
  scheduledOf,
} from "../scheduling/scheduled-actions.ts";

/** `rota schedule [NAME]` */
export const schedule: CommandModule = {
  define(command) {
    command.argument("[name]", "name of the action; all of the work tree where it is left out");
    addSpanOptions(command);
    command.option("--environment <name>", "with the overlay of this environment of rota.yaml");
    addFormatOption(command);
    examples(command, [
      ["rota schedule", "every scheduled action, with its next fire"],
      ["rota schedule report --next 20", "its next 20 fires: local time, UTC, changes of clocks"],
      ["rota schedule report --from 2027-03-27T00:00:00Z", "counted from another moment than now"],
      ["rota schedule --between 2027-03-01 2027-03-08", "what fires in a week (UTC), of all actions"],
    ]);
  },

  async run(io, values) {
    const name = argument(values, 0);
    const span = readSpan(io, values);
    const json = wantsJson(values);
    const tree = await readWorkTree(io, text(values, "environment"));
    if (name !== "") {
      const one = scheduledOf(findMember(io, tree, name, "has no times to show").action);
      showOne(io, one, span, json);
      return exitCode.done;
    }
    const { scheduled, invalid } = scheduledActions(tree);
    if (span.to === undefined) showNext(io, scheduled, span, json);
    else showBetween(io, scheduled, { ...span, to: span.to }, json);
    if (invalid.length > 0)
      io.note(neutralise(`Not valid, and so not shown: ${invalid.join(", ")}. \`rota validate\` says why.`));
    return invalid.length > 0 ? exitCode.invalid : exitCode.done;
  },
};

/** The fires of one action. */
function showOne(io: Io, one: Scheduled, span: Span, json: boolean): void {
  const { fires, cut } = firesOf(one, span);
  if (json) {
    printJson(io, { ...scheduledJson(one), items: fires.map(fireJson), cut });
    return;
  }
  io.out(neutralise(`${one.name}: ${scheduleText(one.schedule)}, ${one.schedule.timezone}`));
  if (!one.enabled) io.out("It is disabled (enabled: false): no server starts it at these times.");
  if (fires.length > 0) print(io, ["LOCAL", "UTC", "CLOCKS"], fires.map(fireCells));
  else if (one.schedule.timing.kind === "once") io.out("It runs once, when it is created on a server.");
  else io.out(span.to === undefined ? "It never fires again." : "It does not fire in this time.");
  if (cut) tellCut(io, span);
}

/** The next fires, of which there are always more; or those up to an end. */
function firesOf(one: Scheduled, { from, to, limit }: Span): { fires: readonly Fire[]; cut: boolean } {
  if (to !== undefined) return firesBetween([one], { from, to, limit });
  const { fires } = firesBetween([one], { from: from + 1, to: Number.POSITIVE_INFINITY, limit });
  return { fires, cut: false };
}

/** Every scheduled action with its next fire. */
function showNext(io: Io, scheduled: readonly Scheduled[], { from }: Span, json: boolean): void {
  const nexts = scheduled.map((one) => ({ one, next: upcomingFires(one.schedule, from).next().value }));
  if (json)
    printJson(io, {
      items: nexts.map(({ one, next }) => ({ ...scheduledJson(one), next: next ? fireJson(next) : null })),
    });
  else if (scheduled.length === 0) io.out("No action here has a schedule.");
  else
    print(
      io,
      ["ACTION", "SCHEDULE", "ZONE", "NEXT, LOCAL", "UTC", "REMARK"],
      nexts.map(({ one, next }) => nextCells(one, next || undefined)),
    );
}

function nextCells({ name, schedule, enabled }: Scheduled, next: Fire | undefined): string[] {
  const none = [schedule.timing.kind === "once" ? "" : "never", "", ""];
  const [local = "", utc = "", clocks = ""] = next === undefined ? none : fireCells(next);
  const remark = enabled ? clocks : "disabled: no server starts it";
  return [name, scheduleText(schedule), schedule.timezone, local, utc, remark];
}

/** What all actions fire in a span of time, in one list. Disabled ones fire on no server, and are left out. */
function showBetween(io: Io, all: readonly Scheduled[], span: Span & { to: Instant }, json: boolean): void {
  const { fires, cut } = firesBetween(
    all.filter(({ enabled }) => enabled),
    span,
  );
  if (json) {
    const items = fires.map((fire) => ({ ...scheduledJson(fire.of), ...fireJson(fire) }));
    printJson(io, { items, cut });
    return;
  }
  if (fires.length === 0) io.out("Nothing fires in this time.");
  else print(io, ["UTC", "ACTION", "LOCAL", "ZONE", "CLOCKS"], fires.map(betweenCells));
  if (cut) tellCut(io, span);
}

function betweenCells(fire: FireOf<Scheduled>): string[] {
  const [local = "", utc = "", clocks = ""] = fireCells(fire);
  return [utc, fire.of.name, local, fire.of.schedule.timezone, clocks];
}

const fireCells = (fire: Fire): string[] => [localText(fire), exactTime(fire.at), clockText(fire)];

/** The last column is there only where it says something. */
function print(io: Io, headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const columns = rows.some((row) => row.at(-1) !== "") ? headings.length : headings.length - 1;
  const lines = table(
    headings.slice(0, columns),
    rows.map((row) => row.slice(0, columns)),
  );
  for (const line of lines) io.out(line);
}

const tellCut = (io: Io, { limit }: Span): void =>
  io.note(`Cut after ${limit}: there are more. --next shows up to ${mostFires}, a shorter time shows all.`);
