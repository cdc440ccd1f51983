import type { Interpreter } from "../sandbox/interpreter.ts";
import type { Connection } from "../sandbox/keeper.ts";
import { type Ended, runProgram } from "../sandbox/run-program.ts";
import { EnvironmentFailed } from "./environment-failed.ts";
import { explainFailure } from "./explain-failure.ts";
import { findInstaller, installerEnvironment } from "./installer.ts";

const limits = {
  timeout: 10 * 60_000,
  grace: 1_000,
  memory: 2 * 2 ** 30,
  processes: 128,
  output: 4 * 2 ** 20,
  disk: 4 * 2 ** 30,
};

/**
 * Installs wheels into `folder`, through the keeper: with a timeout, and ended with the server.
 * @throws EnvironmentFailed a sentence that names the package and says why
 */
export async function install(ask: {
  python: Interpreter;
  connection: Connection;
  requirements: readonly string[];
  folder: string;
  variables: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}): Promise<void> {
  const { python, connection, requirements, folder, variables, signal } = ask;
  const installer = await findInstaller(python, variables.PATH ?? "");
  const lines: string[] = [];
  const ended = await runProgram(
    connection,
    {
      argv: installer.argv(folder, requirements),
      env: installerEnvironment(variables),
      limits,
      level: "basic",
      network: true,
      read: [],
      bundle: undefined,
      zygote: undefined,
      task: undefined,
      keep: undefined,
      home: undefined,
      separate: false,
      umask: 0o022, // executions of other users read it
      host: undefined,
      input: undefined,
      result: false,
      descriptors: "plain",
    },
    { output: async ({ text }) => void lines.push(text), signal },
    async (how) => how,
  );
  signal.throwIfAborted();
  if (!succeeded(ended))
    throw new EnvironmentFailed(reason(ended) ?? explainFailure(installer, python, lines, requirements));
}

const succeeded = (ended: Ended) =>
  ended.kind === "ended" && ended.message.code === 0 && ended.message.cause === null;

function reason(ended: Ended): string | undefined {
  if (ended.kind === "lost") return "The installation of packages was interrupted; try again.";
  if (ended.kind === "unprepared")
    return `The installation of packages could not be prepared: ${ended.reason}`;
  if (ended.kind === "aborted") return "The installation of packages was cancelled.";
  if (ended.message.error) return `The installer of packages could not be started: ${ended.message.error}`;
  switch (ended.message.cause) {
    case "timeout":
      return "The installation of packages took longer than 10 minutes.";
    case null:
      return undefined;
    default:
      return `The installation of packages was ended (${ended.message.cause}).`;
  }
}
