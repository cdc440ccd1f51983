import { bash } from "./bash.ts";
import type { CompletedCommand } from "./describe-program.ts";
import { fish } from "./fish.ts";
import { zsh } from "./zsh.ts";

export type Shell = "bash" | "zsh" | "fish";

const shells = { bash, zsh, fish } as const;

/** The script that teaches `shell` the commands, options and values of `rota`. */
export const completionScript = (shell: Shell, commands: readonly CompletedCommand[]): string =>
  shells[shell](commands);
