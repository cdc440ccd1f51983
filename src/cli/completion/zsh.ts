import type { CompletedCommand, CompletedOption } from "./describe-program.ts";

/** For zsh's own completion system; compinit has to have run. */
export function zsh(commands: readonly CompletedCommand[]): string {
  return `#compdef rota
# zsh completion of rota: source <(rota completion zsh)
_rota_actions() {
  local -a names
  names=(actions/*/action.yaml(N:h:t))
  compadd -a names
}
_rota() {
  local state line
  _arguments -C '(-C --directory)'{-C,--directory}'[work in this folder]:folder:_files -/' \\
    '--debug[print stacks of internal errors]' '--version[print the version]' '--help[explain]' \\
    '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
${commands.map(({ text, summary }) => `        ${quoted(`${text}:${summary}`)}`).join("\n")}
      )
      _describe command commands ;;
    argument)
      case $line[1] in
${commands.map(branch).join("\n")}
      esac ;;
  esac
}
compdef _rota rota
`;
}

function branch({ text, options, argument }: CompletedCommand): string {
  const parts = options.flatMap(option);
  if (argument !== "none") parts.push(quoted(`1:argument:${completer(argument)}`));
  return `        ${text}) _arguments ${parts.join(" ")} ;;`;
}

const option = ({ flags, summary, value }: CompletedOption): string[] =>
  flags.map((flag) =>
    quoted(
      `*${flag}[${summary.replace(/[[\]:]/g, " ")}]${value === "none" ? "" : `:value:${completer(value)}`}`,
    ),
  );

function completer(value: CompletedOption["value"]): string {
  if (value === "file") return "_files";
  if (value === "action") return "_rota_actions";
  if (value === "any" || value === "none") return " ";
  return `(${value.join(" ")})`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
