import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { CommanderError } from "commander";
import { CliError, isActionable } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";
import { type Io, processIo } from "./io.ts";
import { neutralise } from "./output/neutralise.ts";
import { type Asked, program } from "./program.ts";

const signals = { SIGINT: exitCode.interrupted, SIGTERM: exitCode.terminated } as const;

/**
 * Runs one command line and ends the process: the only place of the product that does. A first signal asks
 * the command to stop; it then finishes what it must. A second one ends it at once.
 */
export async function runProgram(words: readonly string[]): Promise<void> {
  quietBrokenPipes();
  const stop = new AbortController();
  let signalled: number | undefined;
  for (const [signal, code] of Object.entries(signals))
    process.on(signal, () => {
      if (signalled !== undefined) process.exit(code);
      signalled = code;
      stop.abort(signal);
    });

  let debug = process.env.ROTA_DEBUG !== undefined || words.includes("--debug");
  let code: number = exitCode.done;
  try {
    const run = async (asked: Asked) => {
      debug ||= asked.debug;
      code = await asked.command.run(ioFor(asked, stop.signal), asked.values);
    };
    await program(run).parseAsync(words, { from: "user" });
  } catch (error) {
    code = stop.signal.aborted && isAbort(error) ? exitCode.interrupted : report(error, debug);
  }
  process.exit(await drained(signalled ?? code));
}

function ioFor(asked: Asked, stop: AbortSignal): Io {
  const wanted = resolve(asked.directory ?? ".");
  try {
    return processIo({ cwd: realpathSync(wanted), debug: asked.debug, stop });
  } catch {
    throw new CliError(exitCode.usage, `There is no folder ${wanted}`);
  }
}

const isAbort = (error: unknown): boolean =>
  error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");

/** Tells what went wrong on standard error, and answers the exit code. */
function report(error: unknown, debug: boolean): number {
  // Commander printed its own message, but for those that we made in its name.
  if (error instanceof CommanderError) {
    if (error.code === "rota.help") process.stderr.write(`${neutralise(error.message)}\n`);
    return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  }
  if (isActionable(error)) {
    process.stderr.write(`rota: ${neutralise(error.message, true)}\n`);
    if (error.hint !== undefined) process.stderr.write(`${neutralise(error.hint, true)}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(`rota: internal error, please report it: ${neutralise(message, true)}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${neutralise(error.stack ?? "", true)}\n`);
  else process.stderr.write("Run the command with --debug to see where it happened.\n");
  return exitCode.internal;
}

/** `rota runs | head -1` closes our pipe while we write: that is no error of anyone. */
function quietBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(exitCode.done);
      throw error;
    });
}

/** Waits until what was printed has left; `process.exit` would cut a pipe's rest off. */
async function drained(code: number): Promise<number> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((done) => stream.write("", () => done()));
  return code;
}
