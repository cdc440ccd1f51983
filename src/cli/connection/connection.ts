import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import { text, type Values } from "../command.ts";
import type { Io } from "../io.ts";
import { type Environment, readProject } from "../repository/read-project.ts";
import { missingToken, tokenFor } from "./token.ts";

/** Where a command talks to, and as whom. */
export interface Connection {
  /** Without a slash at its end: http://127.0.0.1:5090 */
  readonly address: string;
  readonly organization: string;
  readonly token: string;
  /** Name of the environment of rota.yaml; undefined when the address was given by hand. */
  readonly environment: string | undefined;
}

const localServer = "http://127.0.0.1:5090";

/** Adds the options that say which server a command talks to. */
export function addConnectionOptions(command: Command): void {
  command
    .option("--server <url>", "address of the server (else ROTA_SERVER, else rota.yaml's environment)")
    .option("--environment <name>", "environment of rota.yaml (its only one by default)")
    .option("--organization <name>", "organization on the server (default)");
}

/**
 * Finds server, organization and token: `--server`, then ROTA_SERVER, then `--environment` of rota.yaml
 * (its only one by default), then this machine's own server.
 *
 * @throws CliError (exit 2) for an unknown environment, an address that is none, a missing token
 */
export async function connect(io: Io, values: Values): Promise<Connection> {
  const { address, environment, organization } = await findServer(io, values);
  const name = environment?.name;
  const destination = {
    address,
    environment: name,
    organization: text(values, "organization") ?? organization,
  };
  const found = await tokenFor(io, destination);
  if (found.token === undefined) throw usageError(...missingToken(destination, found));
  return { ...destination, token: found.token };
}

/** The server alone, without asking for a token. */
export async function findServer(
  io: Io,
  values: Values,
): Promise<{ address: string; environment: Environment | undefined; organization: string }> {
  const project = await readProject(io.cwd);
  const named = text(values, "environment");
  const byHand = text(values, "server") ?? io.env.ROTA_SERVER;
  const organization = project.organization;
  if (named !== undefined && byHand !== undefined && text(values, "server") !== undefined)
    throw usageError("Give --server or --environment, not both");
  if (byHand !== undefined && byHand !== "" && named === undefined)
    return { address: checkedAddress(byHand), environment: undefined, organization };
  const environment = chosen(project.environments, named);
  return {
    address: checkedAddress(environment?.server ?? localServer),
    environment,
    organization: environment?.organization ?? organization,
  };
}

function chosen(environments: readonly Environment[], named: string | undefined): Environment | undefined {
  const names = environments.map(({ name }) => name).join(", ");
  if (named !== undefined) {
    const found = environments.find(({ name }) => name === named);
    if (found) return found;
    throw usageError(
      `rota.yaml declares no environment "${named}"`,
      names === "" ? "It declares none at all; see environments: in the reference." : `It declares: ${names}`,
    );
  }
  if (environments.length > 1)
    throw usageError("rota.yaml declares several environments", `Choose one with --environment: ${names}`);
  return environments[0];
}

function checkedAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw usageError(`"${address}" is no server address`, "Write it like http://127.0.0.1:5090");
  if (url.username !== "" || url.password !== "")
    throw usageError(
      "A server address holds no user name and no password",
      "Put them into ROTA_TOKEN; `rota help login` shows how.",
    );
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}
