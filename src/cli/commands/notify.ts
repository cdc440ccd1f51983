import { Argument } from "commander";
import type { JsonObject } from "../../core/json.ts";
import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples } from "../command.ts";
import { type Client, client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { RunJson } from "../connection/wire.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { stateText } from "../output/run-texts.ts";

/** `rota notify test NAME` */
export const notify: CommandModule = {
  define(command) {
    command
      .addArgument(
        new Argument("<do>", "test: send each of an action's notifications once")
          .choices(["test"])
          .argParser(only),
      )
      .argument("<name>", "name or id of the action");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota notify test restart_nginx", "exit code 1 when one does not arrive"],
      ["rota runs rota:notification", "every notification that was sent, and what became of it"],
    ]);
  },

  async run(io, values) {
    const server = client(await connect(io, values));
    const sent = await server.testNotifications(argument(values, 1));
    const runs = await Promise.all(sent.map((run) => afterFirstAttempt(server, run)));
    if (wantsJson(values)) printJson(io, { items: runs });
    else for (const run of runs) io.out(line(io, run));
    return runs.every(({ state }) => state === "succeeded") ? exitCode.done : exitCode.internal;
  },
};

function only(written: string): string {
  if (written === "test") return written;
  throw usageError(`rota notify cannot do "${written}"`, "rota notify test NAME sends a test.");
}

/** Looked at so often, ms. */
const pause = 500;
/** What a first attempt may take, ms; one that waits for people is left to them. */
const patience = 60_000;

/** The run once it has ended, or waits for another attempt: that may take an hour. */
async function afterFirstAttempt(server: Client, run: RunJson): Promise<RunJson> {
  const end = Date.now() + patience;
  for (let now = run; ; now = await server.show(run.id)) {
    const isOver = now.ended_at != null || (now.attempt ?? 1) > 1 || now.state === "waiting";
    if (isOver || Date.now() > end) return now;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function line(io: Io, run: RunJson): string {
  const { to, url, address } = (run.parameters ?? {}) as JsonObject;
  const target =
    to === "email"
      ? `mail to ${address}`
      : to === "url"
        ? typeof url === "string"
          ? url
          : `the address in the secret ${(url as { secret?: string } | undefined)?.secret}`
        : `action ${run.action_name}`;
  const reason = run.reason == null ? "" : `: ${run.reason}`;
  return `${stateText(io, run.state)}  ${neutralise(`${target}${reason}`)}  (${neutralise(run.id)})`;
}
