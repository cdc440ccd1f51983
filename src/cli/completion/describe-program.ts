import type { Command, Option } from "commander";

/** What a completion script knows of one word that can be typed. */
export interface Word {
  readonly text: string;
  readonly summary: string;
}
export interface CompletedOption {
  /** "--format", and "-f" where there is one. */
  readonly flags: readonly string[];
  readonly summary: string;
  readonly value: "none" | "any" | "file" | "action" | readonly string[];
}
export interface CompletedCommand extends Word {
  /** Of the command's first argument. */
  readonly argument: "none" | "any" | "action" | readonly string[];
  readonly options: readonly CompletedOption[];
}

// Actions of this repository; runs' ids would need the server at each key press.
const takesAction = new Set(["run", "runs", "schedule"]);
const takesFile = new Set(["--input", "--out", "--plan", "--directory", "--apply"]);

/** Reads commander's own definition, so that completions can never be behind the program. */
export function describeProgram(root: Command): readonly CompletedCommand[] {
  return root.commands.map((command) => {
    const first = command.registeredArguments[0];
    return {
      text: command.name(),
      summary: command.summary(),
      argument: takesAction.has(command.name()) ? "action" : (first?.argChoices ?? (first ? "any" : "none")),
      options: [...command.options.filter((option) => !option.hidden).map(describeOption), helpOption],
    };
  });
}

const helpOption: CompletedOption = {
  flags: ["--help", "-h"],
  summary: "explain the command",
  value: "none",
};

function describeOption(option: Option): CompletedOption {
  const flags = [option.long, option.short].filter((name) => name !== undefined && name !== null) as string[];
  const value =
    !option.required && !option.optional
      ? "none"
      : (option.argChoices ??
        (takesFile.has(option.long ?? "") ? "file" : option.long === "--adopt" ? "action" : "any"));
  return { flags, summary: option.description, value };
}
