import { Argument, type Command } from "commander";
import { isSecretName, secretNameForm } from "../../core/access/secret-name.ts";
import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples, type Values } from "../command.ts";
import { type Client, client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { SecretListed } from "../connection/wire.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { table } from "../output/table.ts";
import { exactTime, relativeTime } from "../output/time-texts.ts";
import { readSecret } from "../running/read-secret.ts";

/** `rota secrets set|list|delete [NAME]` */
export const secrets: CommandModule = {
  define(command) {
    command
      .usage("[options] <set|list|delete> [name]")
      .addArgument(
        new Argument("[what]", "set, list or delete; set reads the value from standard input")
          .choices(verbs)
          .argParser(verb),
      )
      .argument("[name]", "of the secret; actions name it as { secret: NAME }");
    refuseValues(command);
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota secrets set db_password", "asks for it, and shows nothing"],
      ["rota secrets set deploy_key < ~/.ssh/deploy", "byte for byte, at most 64 KiB"],
      ["rota secrets list", "names and where they come from, never values"],
      ["rota secrets delete db_password", "runs that need it fail from now on"],
    ]);
  },

  async run(io, values) {
    const [what, name] = [verb(argument(values, 0)), argument(values, 1)];
    if (values.arguments[2] !== undefined && (values.arguments[2] as readonly string[]).length > 0)
      throw usageError(
        "There is more behind the name. The value of a secret is never an argument: the shell's history and others on this machine would see it",
        "It is read from standard input, or asked for: rota secrets set NAME\nIf there was a value behind the name, choose another one. `rota help secrets` lists the options.",
      );
    if (what === "list" && name !== "") throw usageError("rota secrets list takes no name");
    if (what !== "list" && name === "") throw usageError(`Of which secret? rota secrets ${what} NAME`);
    if (what !== "list" && !isSecretName(name)) throw usageError(secretNameForm);
    const server = client(await connect(io, values));
    if (what === "set") await set(io, server, name, values);
    else if (what === "delete") await remove(io, server, name, values);
    else await list(io, server, values);
    return exitCode.done;
  },
};

const verbs = ["set", "list", "delete"];

/** One of them; what stands there in its place may be a value, and is not repeated. */
function verb(written: string): string {
  if (verbs.includes(written)) return written;
  if (reading.includes(written))
    throw usageError(
      "The value of a secret cannot be read back, by nobody",
      "`rota secrets list` shows the names and when each was set; `rota secrets set NAME` sets another value.",
    );
  throw usageError(
    "What is to be done? rota secrets set NAME, rota secrets list or rota secrets delete NAME",
    "`rota help secrets` shows how it is used.",
  );
}

const reading = ["get", "show", "read"];

/**
 * Takes what stands behind the name, to say why it must not stand there; help does not show it. A key in PEM begins
 * like an option: one that is not known is among it, as commander would repeat it.
 */
function refuseValues(command: Command): void {
  const surplus = new Argument("[surplus...]");
  command
    .allowUnknownOption()
    .addArgument(surplus)
    .configureHelp({
      visibleArguments: ({ registeredArguments }) => registeredArguments.filter((one) => one !== surplus),
    });
}

async function set(io: Io, server: Client, name: string, values: Values): Promise<void> {
  const value = await readSecret(io, name);
  const kept = await server.setSecret(name, value);
  if (value.indexOf(newline) === value.length - 1)
    io.note("The value ends with a newline, which is part of it; printf '%s' writes none.");
  if (wantsJson(values)) printJson(io, kept);
  else io.out(`Set ${neutralise(name)}: runs that start from now on are given it.`);
}

async function remove(io: Io, server: Client, name: string, values: Values): Promise<void> {
  await server.deleteSecret(name);
  if (wantsJson(values)) printJson(io, { name });
  else io.out(`Deleted ${neutralise(name)}.`);
}

async function list(io: Io, server: Client, values: Values): Promise<void> {
  const items = await server.secrets();
  if (wantsJson(values)) printJson(io, { items });
  else if (items.length === 0) io.out("The server has no secrets. `rota secrets set NAME` sets one.");
  else
    for (const line of table(
      headings,
      items.map((item) => row(io, item)),
    ))
      io.out(line);
}

const newline = 10;
const headings = ["NAME", "SOURCE", "SET", "BY"];

const row = (io: Io, { name, source, updated_at: at, updated_by: by }: SecretListed) => [
  name,
  source,
  at == null ? "" : `${relativeTime(at, io.now())}  (${exactTime(at)})`,
  by ?? "",
];
