import { diffRuns } from "../../core/run/diff-runs.ts";
import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples } from "../command.ts";
import { type Client, client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { RunJson } from "../connection/wire.ts";
import { exitCode } from "../exit-code.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { runDiffText } from "../output/run-diff-text.ts";

/** `rota diff RUN [RUN]` */
export const diff: CommandModule = {
  define(command) {
    command
      .argument("<run>", "id of a run")
      .argument(
        "[other]",
        "id of another; without it, the run is compared with the newest success before it",
      );
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota diff 3AbCdEfGhIjKlMnOpQrStUvWxYz", "what is not as it was when it last worked"],
      ["rota diff 3AbCdEfGhIjKlMnOpQrStUvWxYz 3ZbCdEfGhIjKlMnOpQrStUvWxYz", "what differs between the two"],
    ]);
  },

  async run(io, values) {
    const server = client(await connect(io, values));
    const asked = await server.show(argument(values, 0));
    const other = argument(values, 1);
    const runs: readonly [RunJson, RunJson] =
      other === "" ? [await lastSuccess(server, asked), asked] : [asked, await server.show(other)];
    const [before, after] = await Promise.all(
      runs.map(async (run) => ({ run, version: await server.version(run.id) })),
    );
    const found = diffRuns(before!, after!);
    if (wantsJson(values)) printJson(io, { runs, ...found });
    else for (const line of runDiffText(io, runs, found)) io.out(line);
    return exitCode.done;
  },
};

/** The newest run of the same action that succeeded before this one. @throws CliError when there is none. */
async function lastSuccess(server: Client, run: RunJson): Promise<RunJson> {
  let cursor: string | undefined;
  do {
    const page = await server.runs({ action: run.action_id, state: "succeeded", limit: 100, cursor });
    const found = page.items.find(({ created_at, trigger, id }) => {
      const isItself = id === run.id || trigger.kind === "build";
      return created_at <= run.created_at && !isItself;
    });
    if (found !== undefined) return server.show(found.id);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  throw usageError(
    `No run of ${run.action_name.slice(0, 64)} before ${run.id} succeeded`,
    "Name two runs: `rota diff RUN OTHER`; `rota runs` lists them.",
  );
}
