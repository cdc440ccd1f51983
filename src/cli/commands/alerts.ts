import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples, flag, type Values } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { Io } from "../io.ts";
import { addFormatOption } from "../output/format-option.ts";

/** `rota alerts [NAME]`, `rota alerts test FILE`, `rota alerts address RECEIVER` */
export const alerts: CommandModule = {
  define(command) {
    command
      .usage("[options] [NAME | history NAME | test FILE | address RECEIVER]")
      .argument("[what]", "the name of an alert, for its history; or history, test or address")
      .argument(
        "[of]",
        "history: the name; test: a file with what a sender posts (- is standard input); address: a receiver",
      )
      .option("--receiver <kind>", "test: openobserve, alertmanager, grafana or json (default: by its form)")
      .option("--new", "address: make it anew; the one before ends")
      .option("--limit <number>", "how many, 1 to 1000", "50")
      .option("--cursor <cursor>", "go on where the page before ended");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota alerts", "every alert that was received or declared, and what it starts"],
      ["rota alerts ServiceDown", "what came in, what it matched, what ran"],
      ["rota alerts test alert.json", "what it would start, and why not; without a server"],
      ["rota alerts address alertmanager", "the address for a sender that cannot log in; keep it secret"],
    ]);
  },

  async run(io, values) {
    const [what, of] = [argument(values, 0), argument(values, 1)];
    if (what === "test") {
      if (of === "") throw missing("Which message?", "rota alerts test FILE", what);
      return (await import("../alerts/test-alerts.ts")).testAlerts(io, values, of);
    }
    if (what === "address") {
      if (of === "") throw missing("Of which receiver?", "rota alerts address RECEIVER", what);
      return (await import("../alerts/show-address.ts")).showAddress(
        io,
        client(await connect(io, values)),
        { receiver: of, anew: flag(values, "new") },
        values,
      );
    }
    return onServer(io, values, what === "history" ? of : what, what === "history" || of === "");
  },
};

async function onServer(io: Io, values: Values, name: string, complete: boolean): Promise<number> {
  if (!complete) throw usageError(`rota alerts cannot do "${name}"`, "`rota help alerts` shows what it can.");
  const server = client(await connect(io, values));
  if (name === "") return (await import("../alerts/list-alerts.ts")).listAlerts(io, server, values);
  return (await import("../alerts/show-history.ts")).showHistory(io, server, name, values);
}

const missing = (question: string, form: string, name: string) =>
  usageError(question, `${form}; the history of an alert of this name: rota alerts history ${name}`);
