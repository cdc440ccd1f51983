import { hostname } from "node:os";
import { CliError, usageError } from "../cli-error.ts";
import { type CommandModule, examples, flag, text, type Values } from "../command.ts";
import { type Client, client } from "../connection/client.ts";
import { addConnectionOptions, findServer } from "../connection/connection.ts";
import { type KeptLogin, keepLogin, keptLogin } from "../connection/kept-logins.ts";
import { exitCode } from "../exit-code.ts";
import { loginHelp } from "../help-topics.ts";
import type { Io } from "../io.ts";
import { neutralise } from "../output/neutralise.ts";
import { exactTime } from "../output/time-texts.ts";

const usualDays = 30;
const microsecondsOfDay = 86_400_000_000;
const longestSecret = 8 * 1024;

/** `rota login` */
export const login: CommandModule = {
  define(command) {
    command
      .option("--email <address>", "your e-mail address (asked for where it is not given)")
      .option("--days <number>", `how long the login lasts, 1 to 365 (${usualDays})`)
      .option("--token", "keep an API token that you have, in place of one made with a password");
    addConnectionOptions(command);
    examples(command, [
      ["rota login", "asks for e-mail and password, and keeps an API token"],
      ["rota login --server https://rota.example.com", "that server's; `rota logout` ends it"],
      ["rota login --token", "for people who sign in with a provider and have no password"],
    ]);
    command.addHelpText("after", `\n${loginHelp}`);
  },

  async run(io, values) {
    const { address, environment, organization: usual } = await findServer(io, values);
    const organization = text(values, "organization") ?? usual;
    const at = { address, organization, environment: environment?.name };
    if (isReadable(address))
      io.note(`${address} is not https: whoever is on the way to it can read what you type.`);
    const before = await keptLogin(io, at);
    const made = flag(values, "token") ? await ownToken(io, at) : await newToken(io, at, values);
    const file = await keepLogin(io, { address, organization, ...made });
    if (before !== undefined && before.id !== made.id)
      await client({ ...at, token: before.token })
        .endToken(before.id)
        .catch(() => undefined);
    const until = made.expires_at === null ? "" : ` until ${exactTime(made.expires_at)}`;
    io.out(
      `Logged in to ${neutralise(address)} as ${neutralise(made.email)}, organization ${organization}${until}.`,
    );
    io.note(
      `The token is in ${file}. ROTA_TOKEN, where it is set, counts before it; \`rota logout\` ends it.`,
    );
    return exitCode.done;
  },
};

type At = Omit<Client["connection"], "token">;
type Made = Omit<KeptLogin, "address" | "organization">;

async function newToken(io: Io, at: At, values: Values): Promise<Made> {
  const days = readDays(text(values, "days"));
  const email = text(values, "email") ?? (await askEmail(io, at.address));
  if (!/^[^\s:@]+@[^\s:@]+$/.test(email)) throw usageError(`"${email}" is no e-mail address`);
  const password = await secret(io, `Password of ${email} at ${at.address}: `, "a password");
  const basic = Buffer.from(`${email}:${password}`, "utf8").toString("base64");
  const expiresAt = io.now() * 1000 + days * microsecondsOfDay;
  const name = `rota login on ${hostname()}`.slice(0, 100);
  try {
    return await client({ ...at, token: basic }).makeToken(name, expiresAt);
  } catch (error) {
    if (!(error instanceof CliError) || !error.message.includes("does not know this login")) throw error;
    throw new CliError(
      exitCode.denied,
      `${at.address} knows nobody with this e-mail address and password in organization ${at.organization}`,
      "Whoever signs in with a provider has no password: `rota login --token`. --organization names another organization.",
    );
  }
}

/** A token that somebody has, if the server knows it. */
async function ownToken(io: Io, at: At): Promise<Made> {
  const token = (await secret(io, `API token of ${at.address}: `, "an API token")).trim();
  const [, id] = /^rota_([0-9A-Za-z]{27})_[0-9A-Za-z]{32}$/.exec(token) ?? [];
  if (id === undefined)
    throw usageError("That is no API token", "One begins with rota_ and is shown once, when it is made.");
  const { email } = await client({ ...at, token }).who();
  return { email, id, token, expires_at: null };
}

async function askEmail(io: Io, address: string): Promise<string> {
  if (io.interactive) return (await io.ask(`E-mail address at ${address}: `)).trim();
  throw usageError("Nobody can be asked for an e-mail address here", "Give it with --email.");
}

/** Asked for without showing it, or the first line of standard input. Never an argument. */
async function secret(io: Io, question: string, what: string): Promise<string> {
  if (io.asksInput) return io.askHidden(question);
  const [line = ""] = Buffer.from(await io.bytes(longestSecret))
    .toString("utf8")
    .split(/\r?\n/);
  if (line === "") throw usageError(`Standard input is empty; it should hold ${what}`);
  return line;
}

function readDays(written: string | undefined): number {
  const days = written === undefined ? usualDays : /^\d{1,3}$/.test(written) ? Number(written) : 0;
  if (days < 1 || days > 365) throw usageError("--days is a whole number from 1 to 365");
  return days;
}

const isReadable = (address: string): boolean => {
  const { protocol, hostname: host } = new URL(address);
  return protocol === "http:" && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);
};
