import {
  createServer,
  readSettings,
  refuseTakenPort,
  type Server,
  SettingsError,
  StartError,
} from "../../server/index.ts";
import { usageError } from "../cli-error.ts";
import { client } from "../connection/client.ts";
import type { Connection } from "../connection/connection.ts";
import { commandLines, type Io } from "../io.ts";
import { productVersion } from "../repository/product-folder.ts";
import { applyAtStart } from "./apply-at-start.ts";
import { createdActions, firstRuns, oneOfEach } from "./first-runs.ts";
import { applyLines, runLines } from "./start-up-lines.ts";

export interface StartOptions {
  /** The repository to apply, absolute; undefined: none. */
  readonly folder: string | undefined;
  /** The same as the person wrote it. */
  readonly shownFolder: string;
  /** Actions to run after the apply; none: one scheduled and one real-time of those that it created. */
  readonly names: readonly string[];
  readonly verbose: boolean;
  readonly allowHostSteps: boolean;
  readonly offline: boolean;
}

/**
 * Starts the server and says so: where it is, how to log in, what was applied and how the first runs went,
 * in at most 25 lines. A failure of an action is told and stops nothing.
 *
 * @throws CliError (exit 2) when a setting is wrong, the port or the data folder is taken
 */
export async function startServer(io: Io, options: StartOptions): Promise<{ stop(): Promise<void> }> {
  const server = await made(io, options);
  try {
    const { address } = await server.listen().catch(asUsage);
    const data = io.env.ROTA_DATA || ".rota";
    io.out(
      `${io.style("bold", `Rota ${productVersion()}`)} serves ${io.style("bold", address)}, data in ${data}`,
    );
    printLogin(io, server, address);
    if (options.folder !== undefined) await firstSteps(io, server, address, options.folder, options);
    if (!io.stop.aborted) printNext(io, options.folder !== undefined);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function made(io: Io, { verbose, allowHostSteps, offline }: StartOptions): Promise<Server> {
  const env = {
    ...io.env,
    ...(verbose && !io.env.ROTA_LOG ? { ROTA_LOG: "info" } : {}),
    ...(allowHostSteps ? { ROTA_ALLOW_HOST_STEPS: "true" } : {}),
    ...(offline ? { ROTA_OFFLINE: "1" } : {}),
  };
  const settings = (() => {
    try {
      return readSettings(env);
    } catch (error) {
      if (error instanceof SettingsError)
        throw usageError(error.problems.join("\n"), "`rota help environment` lists the settings.");
      throw error;
    }
  })();
  // A password that is made is shown once: a start that cannot listen must not use it up.
  await refuseTakenPort(settings.host, settings.port).catch(asUsage);
  return createServer(settings).catch(asUsage);
}

function asUsage(error: unknown): never {
  if (error instanceof StartError) throw usageError(error.message);
  throw error;
}

function printLogin(io: Io, { login }: Server, address: string): void {
  const { email, password } = login;
  const elsewhere = address !== defaultAddress && io.env.ROTA_SERVER !== address;
  if (password === undefined) {
    const from = io.env.ROTA_ROOT_PASSWORD
      ? "with the password of ROTA_ROOT_PASSWORD"
      : "made at an earlier start (ROTA_ROOT_PASSWORD sets another password)";
    io.out(`Login ${email}, ${from}; \`rota help login\` shows how to use it.`);
    if (elsewhere) io.out(`  export ROTA_SERVER=${address}`);
    return;
  }
  io.out(`Login ${email}, password ${password} (shown this once). For another terminal:`);
  io.out(`  export ROTA_TOKEN=${basic(email, password)}`);
  if (elsewhere) io.out(`  export ROTA_SERVER=${address}`);
}

/** Where the commands look when nobody says where. */
const defaultAddress = "http://127.0.0.1:5090";

const basic = (email: string, password: string): string =>
  Buffer.from(`${email}:${password}`, "utf8").toString("base64");

async function firstSteps(
  io: Io,
  server: Server,
  address: string,
  folder: string,
  options: StartOptions,
): Promise<void> {
  const token = await server.rootToken();
  const connection: Connection = { address, token, organization: "default", environment: undefined };
  const applied = await applyAtStart(folder, connection, io.stop);
  io.out("");
  for (const line of applyLines(io, options.shownFolder, applied)) io.out(line);
  if (io.stop.aborted) return;
  const made = "report" in applied ? createdActions(applied.report.plan.operations) : [];
  const asked = client(connection);
  const names =
    options.names.length > 0 ? options.names : await oneOfEach(await asked.actions(), made, folder);
  if (names.length === 0) return;
  io.out("");
  io.out("First runs:");
  for (const line of runLines(io, await firstRuns(asked, names, folder, io.stop))) io.out(line);
}

function printNext(io: Io, applied: boolean): void {
  io.out("");
  io.out("Try next, in another terminal (Ctrl-C stops the server):");
  const lines = commandLines(io, [
    ["rota list", "what is live, and how it went last"],
    applied ? ["rota runs", "what ran"] : ["rota apply", "bring the actions of a repository"],
    ["rota new my_action --type scheduled", "write one"],
  ]);
  for (const line of lines) io.out(line);
}
