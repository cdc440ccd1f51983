import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples, flag } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import { exitCode, runExitCode } from "../exit-code.ts";
import { askingLines } from "../output/approval-texts.ts";
import { dryRunLines } from "../output/dry-run-texts.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { followRun } from "../running/follow-run.ts";
import { readInput } from "../running/read-input.ts";

/** `rota run NAME` */
export const run: CommandModule = {
  define(command) {
    command
      .argument("<name>", "name (or id) of the action")
      .option(
        "--param <name=value>",
        "a parameter; name:=JSON for numbers and lists; may be repeated",
        (value: string, before: string[]) => [...before, value],
        [],
      )
      .option(
        "--input <file>",
        "JSON file (- is standard input): an object of parameters, or a list of records",
      )
      .option(
        "--dry-run",
        "show what would run where, with conditions and parameters resolved; start nothing",
      )
      .option("--local", "run the folder as it is on this machine, without a server")
      .option("--offline", "with --local: install packages without a network (as ROTA_OFFLINE=1)");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota run disk_check", "start it on the server, follow its log, exit with its outcome"],
      ["rota run disk_check --local", "before committing: here, from the work tree"],
      ["rota run restart --param service=nginx --dry-run", "what that would do, step by step"],
      ["rota run restart --param service=nginx --param tries:=3", "with parameters"],
      ['echo \'[{"a": "b"}]\' | rota run transform --input -', "records for a real-time action"],
    ]);
  },

  async run(io, values) {
    const name = argument(values, 0);
    const input = await readInput(io, values);
    const json = wantsJson(values);
    if (flag(values, "local")) {
      if (flag(values, "dryRun"))
        throw usageError("--dry-run asks a server; `rota validate` checks the folder without one");
      if (values.options.server !== undefined)
        throw usageError("--local runs without a server; leave --server out");
      const { runLocally } = await import("../running/run-locally.ts");
      const env = flag(values, "offline") ? { ...io.env, ROTA_OFFLINE: "1" } : io.env;
      return runLocally({ ...io, env }, name, input, json);
    }
    if (flag(values, "offline"))
      throw usageError("--offline goes with --local; a server has its own setting");
    const server = client(await connect(io, values));
    if (flag(values, "dryRun")) {
      const dry = await server.dryRun(name, input);
      if (json) printJson(io, dry);
      else for (const line of dryRunLines(io, dry)) io.out(line);
      if (dry.would === "skip") return runExitCode.skipped;
      const fails = dry.would === "fail" || dry.steps.some(({ problems }) => problems.length > 0);
      return fails ? runExitCode.failed : exitCode.done;
    }
    const started = await server.start(name, input);
    io.note(neutralise(`run ${started.id} of ${started.action_name}, version ${started.version}`));
    for (const line of askingLines(started, io.now())) io.note(line);
    return followRun(io, server.log(started.id, { after: 0 }), {
      json,
      cancel: async () => void (await server.cancel(started.id)),
      // The end of a stream may leave the result out; the run itself has it.
      finished: (run) => server.show(run.id),
    });
  },
};
