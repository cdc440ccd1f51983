import { Argument } from "commander";
import { providerTarget } from "../../core/action/provider-target.ts";
import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples } from "../command.ts";
import { type Client, client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { ProviderJson } from "../connection/wire.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { table } from "../output/table.ts";

/** `rota providers [test NAME]` */
export const providers: CommandModule = {
  define(command) {
    command
      .addArgument(
        new Argument("[do]", "test: really go there and say what came of it")
          .choices(["test"])
          .argParser(onlyTest),
      )
      .argument("[name]", "which one to try; local is the sandbox");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota providers", "the places of the server that steps run at, beside local"],
      ["rota providers test web-1", "whether the server gets there; exit code 1 when it does not"],
    ]);
  },

  async run(io, values) {
    const [what, name] = [argument(values, 0), argument(values, 1)];
    if (what === "test" && name === "")
      throw usageError(
        "Which provider is to be tried?",
        "rota providers test NAME; `rota providers` lists them.",
      );
    const server = client(await connect(io, values));
    return what === "test"
      ? tryOne(io, server, name, wantsJson(values))
      : listAll(io, server, wantsJson(values));
  },
};

function onlyTest(written: string): string {
  if (written === "test") return written;
  throw usageError(
    `rota providers cannot do "${written}"`,
    "`rota providers` lists them; `rota providers test NAME` tries one.",
  );
}

async function listAll(io: Io, server: Client, json: boolean): Promise<number> {
  const items = await server.providers();
  if (json) printJson(io, { items });
  else if (items.length === 0)
    io.out("The server has no providers but local. Those in rota.yaml come with `rota apply`.");
  else for (const line of table(headings, items.map(row))) io.out(line);
  return exitCode.done;
}

async function tryOne(io: Io, server: Client, name: string, json: boolean): Promise<number> {
  const tried = await server.tryProvider(name);
  const { reachable, kind, duration, message } = tried;
  if (json) printJson(io, tried);
  else {
    const verdict = reachable ? io.style("green", "can be reached") : io.style("red", "cannot be reached");
    io.out(`${neutralise(name)} ${verdict} (${neutralise(kind)}, ${duration} ms): ${neutralise(message)}`);
  }
  return reachable ? exitCode.done : exitCode.internal;
}

const headings = ["NAME", "KIND", "TARGET", "DIGEST", "OWNER"];

const row = ({ name, kind, provider, digest, managed_by }: ProviderJson) => [
  name,
  kind,
  providerTarget(provider),
  digest.slice(0, 12),
  managed_by ?? "(none)",
];
