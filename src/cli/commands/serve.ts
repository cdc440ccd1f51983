import { relative, resolve } from "node:path";
import type { CommandModule } from "../command.ts";
import { examples, flag, text, texts } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { startServer } from "../serving/start-server.ts";

/** `rota serve` */
export const serve: CommandModule = {
  define(command) {
    command
      .option("--apply <folder>", "apply this repository after the start, then run two of its actions")
      .option(
        "--run <name>",
        "run this action after --apply, instead of those two; may be repeated",
        (value: string, before: string[]) => [...before, value],
        [],
      )
      .option(
        "--allow-host-steps",
        "let steps act on this machine itself, as its users (ROTA_ALLOW_HOST_STEPS)",
      )
      .option("--offline", "install packages without a network (as ROTA_OFFLINE=1)")
      .option("--verbose", "show the server's own log (as ROTA_LOG=info)");
    examples(command, [
      ["rota serve", "data in .rota, on http://127.0.0.1:5090"],
      ["rota serve --apply .", "with the actions of this repository"],
      ["ROTA_PORT=8080 ROTA_DATA=/var/lib/rota rota serve", "settings: rota help environment"],
    ]);
  },

  async run(io, values) {
    const apply = text(values, "apply");
    const running = await startServer(io, {
      folder: apply === undefined ? undefined : resolve(io.cwd, apply),
      shownFolder: apply === undefined ? "" : relative(io.cwd, resolve(io.cwd, apply)) || ".",
      names: texts(values, "run"),
      verbose: flag(values, "verbose"),
      allowHostSteps: flag(values, "allowHostSteps"),
      offline: flag(values, "offline"),
    });
    await stopped(io);
    io.note("Stopping: runs get a moment to end. Once more Ctrl-C ends it at once.");
    await running.stop();
    return exitCode.done;
  },
};

const stopped = (io: Io): Promise<void> =>
  new Promise((done) => {
    if (io.stop.aborted) done();
    else io.stop.addEventListener("abort", () => done(), { once: true });
  });
