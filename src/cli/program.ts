import { Command, CommanderError, Option } from "commander";
import type { CommandModule, Values } from "./command.ts";
import { commands } from "./commands.ts";
import { topics } from "./help-topics.ts";
import { productVersion } from "./repository/product-folder.ts";

/** What one command line asked for. */
export interface Asked {
  readonly command: CommandModule;
  readonly values: Values;
  /** Options that stand before the command. */
  readonly directory: string | undefined;
  readonly debug: boolean;
}

/**
 * The program's definition. A command's own file is read when commander meets its name, so that
 * `rota --help` reads none of them and `rota validate` one; `everything` reads all (for completion).
 *
 * @param asked called with the command that was typed, once its arguments parsed
 */
export function program(asked: (asked: Asked) => Promise<void>): Command {
  const root = new Command("rota")
    .description("Operational actions as folders in git: validated, planned, applied, run.")
    .usage("[options] <command> …")
    .addOption(new Option("-C, --directory <folder>", "work as if started in this folder"))
    .addOption(new Option("--debug", "print stacks of internal errors").env("ROTA_DEBUG"))
    .version(productVersion(), "-V, --version", "print the version")
    .configureHelp({ showGlobalOptions: false })
    .helpCommand(false)
    .exitOverride()
    .addHelpText(
      "after",
      `\nExample:\n  $ rota new disk_check --type scheduled   # then: rota validate, rota run disk_check --local\n\n` +
        `More: rota help <command>, and rota help ${Object.keys(topics).join(" | ")}`,
    );
  for (const { name, summary, group } of commands)
    root.command(name, { hidden: false }).summary(summary).helpGroup(group);
  addHelp(root);
  root.hook("preSubcommand", async (_, sub) => {
    const entry = commands.find(({ name }) => name === sub.name());
    if (entry) describe(root, sub, await entry.load(), entry.summary, asked);
  });
  return root;
}

/** The whole definition with every command's options: what a completion script is made from. */
export async function everything(): Promise<Command> {
  const root = program(async () => {});
  for (const entry of commands) {
    const sub = root.commands.find((command) => command.name() === entry.name);
    if (sub) describe(root, sub, await entry.load(), entry.summary, async () => {});
  }
  return root;
}

function describe(
  root: Command,
  sub: Command,
  module: CommandModule,
  summary: string,
  asked: (asked: Asked) => Promise<void>,
): void {
  sub
    .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
    .exitOverride()
    .showHelpAfterError(`\`rota help ${sub.name()}\` shows how it is used.`);
  module.define(sub);
  sub.allowExcessArguments(false).action(async () => {
    const { directory, debug } = root.opts<{ directory?: string; debug?: boolean }>();
    await asked({
      command: module,
      values: { arguments: sub.processedArgs, options: sub.opts() },
      directory,
      debug: debug === true,
    });
  });
}

function addHelp(root: Command): void {
  root
    .command("help")
    .summary("explain a command or a topic")
    .helpGroup("This machine:")
    .argument("[subject]", `a command, or one of: ${Object.keys(topics).join(", ")}`)
    .addHelpText("after", "\nExample:\n  $ rota help login  # how a command finds its server and its token")
    .action(async (subject: string | undefined) => {
      const topic = subject === undefined ? undefined : topics[subject];
      if (topic !== undefined) process.stdout.write(topic);
      else if (subject === undefined) root.help();
      else if (!root.commands.some((command) => command.name() === subject))
        throw new CommanderError(2, "rota.help", unknownSubject(subject, root));
      else await root.parseAsync([subject, "--help"], { from: "user" });
    });
}

function unknownSubject(subject: string, root: Command): string {
  const names = [...root.commands.map((command) => command.name()), ...Object.keys(topics)];
  return `error: there is no command or topic "${subject}"; there are: ${names.join(", ")}`;
}
