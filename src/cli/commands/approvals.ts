import { type CommandModule, examples } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { RunJson } from "../connection/wire.ts";
import { exitCode } from "../exit-code.ts";
import { approversText, standingText } from "../output/approval-texts.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { triggerText } from "../output/run-texts.ts";
import { table } from "../output/table.ts";
import { exactTime, relativeTime } from "../output/time-texts.ts";

/** `rota approvals` */
export const approvals: CommandModule = {
  define(command) {
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [["rota approvals", "what waits for people, longest first"]]);
  },

  async run(io, values) {
    const items = await client(await connect(io, values)).approvals();
    if (wantsJson(values)) printJson(io, { items });
    else if (items.length === 0) io.out("No run waits for approval.");
    else {
      const rows = items.map((run) => row(run, io.now()));
      for (const line of table(headings, rows)) io.out(line);
      io.note(
        "`rota show RUN` tells what it would do; then `rota approve RUN` or `rota reject RUN --reason …`.",
      );
    }
    return exitCode.done;
  },
};

const headings = ["RUN", "ACTION", "ASKED", "STARTED BY", "APPROVERS", "APPROVED"];

const row = (run: RunJson, now: number) => [
  run.id,
  run.action_name,
  `${relativeTime(run.created_at, now)}  (${exactTime(run.created_at)})`,
  `${run.actor}, ${triggerText(run)}`,
  run.approval == null ? "" : approversText(run.approval),
  run.approval == null ? "" : standingText(run.approval, now),
];
