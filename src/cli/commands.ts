import type { CommandModule } from "./command.ts";

interface Entry {
  readonly name: string;
  /** The heading that `rota --help` shows it under. */
  readonly group: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

const write = "Write actions:";
const sync = "Sync git with a server:";
const runs = "Run actions and look at runs:";
const machine = "This machine:";

/** Every command of `rota`. Only the file of the one that was typed is ever read. */
export const commands: readonly Entry[] = [
  {
    name: "init",
    group: write,
    summary: "start a repository of actions in this folder",
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "new",
    group: write,
    summary: "add an action to the repository",
    load: async () => (await import("./commands/new.ts")).newAction,
  },
  {
    name: "list",
    group: sync,
    summary: "list the actions of the server",
    load: async () => (await import("./commands/list.ts")).list,
  },
  {
    name: "runs",
    group: runs,
    summary: "list runs, the newest first",
    load: async () => (await import("./commands/runs.ts")).runs,
  },
  {
    name: "show",
    group: runs,
    summary: "show one run",
    load: async () => (await import("./commands/show.ts")).show,
  },
  {
    name: "logs",
    group: runs,
    summary: "print the log of a run",
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  {
    name: "cancel",
    group: runs,
    summary: "cancel a run",
    load: async () => (await import("./commands/cancel.ts")).cancel,
  },
  {
    name: "completion",
    group: machine,
    summary: "print a completion script for a shell",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
];
