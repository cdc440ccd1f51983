import type { LogEvent, RunJson } from "../connection/wire.ts";
import { runExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { printJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { durationText, logLineText, resultText, stateText } from "../output/run-texts.ts";
import { stepLines } from "../output/step-texts.ts";

/**
 * Shows a run until it ends: the log goes to standard error as it comes, the result to standard output, so
 * that a pipe gets the result alone. Answers the exit code of `rota run`.
 *
 * @param cancel asks the run to stop; called once, on the first Ctrl-C
 */
export async function followRun(
  io: Io,
  events: AsyncIterable<LogEvent>,
  options: { json: boolean; cancel: () => Promise<void>; finished: (run: RunJson) => Promise<RunJson> },
): Promise<number> {
  const interrupted = () => {
    io.note("Asking the run to stop; once more Ctrl-C leaves it alone.");
    options.cancel().catch((error: Error) => io.note(`It could not be asked: ${neutralise(error.message)}`));
  };
  if (io.stop.aborted) interrupted();
  else io.stop.addEventListener("abort", interrupted, { once: true });
  for await (const event of events) {
    if (event.kind === "line") {
      io.note(logLineText(io, event.line));
      continue;
    }
    const run = await options.finished(event.run);
    if (options.json) printJson(io, run);
    else printEnd(io, run);
    return runExitCode[run.state];
  }
  throw new Error("the log ended without the end of its run");
}

function printEnd(io: Io, run: RunJson): void {
  const result = resultText(run);
  if (result !== undefined) io.out(result);
  for (const line of stepLines(io, run)) io.note(line);
  const took = durationText(run, io.now());
  const reason = run.reason == null ? "" : `: ${neutralise(run.reason, true)}`;
  io.note(`${stateText(io, run.state)}${took === "" ? "" : ` after ${took}`}${reason}`);
}
