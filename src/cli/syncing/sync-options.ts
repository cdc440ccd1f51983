import { type Command, Option } from "commander";
import type { PlanOptions } from "../../core/plan/plan-options.ts";
import { usageError } from "../cli-error.ts";
import { flag, text, texts, type Values } from "../command.ts";

/** Adds the flags that plan and apply share: what is read, and what one plan is allowed to do. */
export function addSyncOptions(command: Command): void {
  const repeated = (value: string, before: string[] = []) => [...before, value];
  command
    .option("--worktree", "take the files as they are, not as committed")
    .option("--prune", "delete what this scope owns and git does not declare")
    .option("--adopt <name>", "take over an item that others made; may be repeated", repeated)
    .addOption(
      new Option("--on-conflict <way>", "what to do where git and the server both moved").choices([
        "take-git",
      ]),
    )
    .option("--reason <text>", "why, for the record; --on-conflict needs it")
    .option("--allow-deletes", "let more be deleted than the rail allows")
    .option("--allow-updates", "let more be changed than the rail allows")
    .option("--allow-empty", "let an empty repository delete everything it owns");
}

/**
 * The flags as the planner takes them.
 *
 * @throws CliError (exit 2) for --on-conflict without a reason
 */
export function planOptions(values: Values): PlanOptions {
  const reason = text(values, "reason");
  const takeGit = text(values, "onConflict") !== undefined;
  if (takeGit && (reason === undefined || reason.trim() === ""))
    throw usageError(
      "--on-conflict take-git needs a reason",
      "Add --reason 'why the server's change is given up'",
    );
  return {
    prune: flag(values, "prune"),
    adopt: texts(values, "adopt"),
    allowEmpty: flag(values, "allowEmpty"),
    allowDeletes: flag(values, "allowDeletes"),
    allowUpdates: flag(values, "allowUpdates"),
    takeGit: takeGit && reason !== undefined ? { reason } : undefined,
  };
}
