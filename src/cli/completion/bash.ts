import type { CompletedCommand } from "./describe-program.ts";

/** For bash 3.2 (macOS) and newer; needs no bash-completion package. */
export function bash(commands: readonly CompletedCommand[]): string {
  return `# bash completion of rota: source <(rota completion bash)
_rota_actions() {
  local folder
  for folder in actions/*/; do [ -f "$folder/action.yaml" ] && basename "$folder"; done
}
_rota() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command= index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      -C|--directory) index=$((index + 1)) ;;
      -*) ;;
      *) command=\${COMP_WORDS[index]}; break ;;
    esac
  done
  case $command,$before in
${commands.flatMap(values).join("\n")}
  esac
  local first=$((COMP_CWORD == index + 1))
  case $command in
    '') COMPREPLY=($(compgen -W '${commands.map(({ text }) => text).join(" ")} --help --version --debug --directory' -- "$word")) ;;
${commands.map(words).join("\n")}
  esac
}
complete -F _rota rota
`;
}

/** What follows an option that takes a value. */
const values = ({ text, options }: CompletedCommand): string[] =>
  options
    .filter(({ value }) => value !== "none")
    .map(
      ({ flags, value }) =>
        `    ${flags.map((flag) => `${text},${flag}`).join("|")}) ${reply(value)}; return ;;`,
    );

const words = ({ text, options, argument }: CompletedCommand): string => {
  const flags = options.flatMap((option) => option.flags.filter((flag) => flag.startsWith("--"))).join(" ");
  const own = `COMPREPLY=($(compgen -W '${flags}' -- "$word"))`;
  if (argument === "none" || argument === "any") return `    ${text}) ${own} ;;`;
  return `    ${text}) if [ $first = 1 ] && [ "\${word#-}" = "$word" ]; then ${reply(argument)}; else ${own}; fi ;;`;
};

function reply(value: CompletedCommand["argument"] | "file"): string {
  if (value === "file") return 'COMPREPLY=($(compgen -f -- "$word"))';
  if (value === "action") return 'COMPREPLY=($(compgen -W "$(_rota_actions)" -- "$word"))';
  if (value === "any" || value === "none") return "COMPREPLY=()";
  return `COMPREPLY=($(compgen -W '${value.join(" ")}' -- "$word"))`;
}
