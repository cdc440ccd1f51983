import type { CompletedCommand, CompletedOption } from "./describe-program.ts";

/** For fish 3 and newer. */
export function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c rota -n __fish_use_subcommand -a ${command.text} -d ${quoted(command.summary)}`,
    ...command.options.map((option) => optionLine(command.text, option)),
    ...argumentLine(command),
  ]);
  return `# fish completion of rota: rota completion fish > ~/.config/fish/completions/rota.fish
function __rota_actions
  for file in actions/*/action.yaml
    basename (dirname $file)
  end
end
complete -c rota -f
complete -c rota -n __fish_use_subcommand -s C -l directory -r -a '(__fish_complete_directories)'
complete -c rota -n __fish_use_subcommand -l debug -d 'print stacks of internal errors'
complete -c rota -n __fish_use_subcommand -l version -d 'print the version'
${lines.join("\n")}
`;
}

function optionLine(command: string, { flags, summary, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const values = value === "none" ? "" : ` -r${value === "file" ? " -F" : completer(value)}`;
  return `complete -c rota -n ${after(command)} ${names.join(" ")}${values} -d ${quoted(summary)}`;
}

const argumentLine = ({ text, argument }: CompletedCommand): string[] =>
  argument === "none" || argument === "any"
    ? []
    : [`complete -c rota -n ${after(text)}${completer(argument)}`];

function completer(value: CompletedOption["value"]): string {
  if (value === "action") return " -a '(__rota_actions)'";
  return typeof value === "string" ? "" : ` -a ${quoted(value.join(" "))}`;
}

const after = (command: string): string => `'__fish_seen_subcommand_from ${command}'`;
const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
