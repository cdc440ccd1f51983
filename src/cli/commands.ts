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
const kept = "Secrets of a server:";
const watched = "Who did what:";
const people = "Who you are, and who others are:";
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
    name: "templates",
    group: write,
    summary: "browse ready-made runbooks to start from",
    load: async () => (await import("./commands/templates.ts")).templates,
  },
  {
    name: "validate",
    group: write,
    summary: "check every action, without a server",
    load: async () => (await import("./commands/validate.ts")).validate,
  },
  {
    name: "schedule",
    group: write,
    summary: "show when scheduled actions fire",
    load: async () => (await import("./commands/schedule.ts")).schedule,
  },
  {
    name: "plan",
    group: sync,
    summary: "show what apply would change on the server",
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    name: "apply",
    group: sync,
    summary: "make the server what git says",
    load: async () => (await import("./commands/apply.ts")).apply,
  },
  {
    name: "list",
    group: sync,
    summary: "list the actions of the server",
    load: async () => (await import("./commands/list.ts")).list,
  },
  {
    name: "star",
    group: sync,
    summary: "mark an action as a favourite of yours",
    load: async () => (await import("./commands/star.ts")).star,
  },
  {
    name: "unstar",
    group: sync,
    summary: "take the mark of a favourite off",
    load: async () => (await import("./commands/star.ts")).unstar,
  },
  {
    name: "providers",
    group: sync,
    summary: "list the places that steps run at, or try one",
    load: async () => (await import("./commands/providers.ts")).providers,
  },
  {
    name: "run",
    group: runs,
    summary: "run an action and follow its log",
    load: async () => (await import("./commands/run.ts")).run,
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
    name: "diff",
    group: runs,
    summary: "show what differs between two runs",
    load: async () => (await import("./commands/diff.ts")).diff,
  },
  {
    name: "cancel",
    group: runs,
    summary: "cancel a run",
    load: async () => (await import("./commands/cancel.ts")).cancel,
  },
  {
    name: "retry",
    group: runs,
    summary: "try a run again from where it failed",
    load: async () => (await import("./commands/retry.ts")).retry,
  },
  {
    name: "approvals",
    group: runs,
    summary: "list the runs that wait for approval",
    load: async () => (await import("./commands/approvals.ts")).approvals,
  },
  {
    name: "approve",
    group: runs,
    summary: "let a run start that waits for approval",
    load: async () => (await import("./commands/approve.ts")).approve,
  },
  {
    name: "reject",
    group: runs,
    summary: "end a run that waits for approval",
    load: async () => (await import("./commands/reject.ts")).reject,
  },
  {
    name: "notify",
    group: runs,
    summary: "send a test of an action's notifications",
    load: async () => (await import("./commands/notify.ts")).notify,
  },
  {
    name: "alerts",
    group: runs,
    summary: "show alerts and what they start, or try one",
    load: async () => (await import("./commands/alerts.ts")).alerts,
  },
  {
    name: "secrets",
    group: kept,
    summary: "set, list and delete the secrets that actions name",
    load: async () => (await import("./commands/secrets.ts")).secrets,
  },
  {
    name: "audit",
    group: watched,
    summary: "show who did what, and check that it is as it was written",
    load: async () => (await import("./commands/audit.ts")).audit,
  },
  {
    name: "login",
    group: people,
    summary: "log in to a server, and keep that",
    load: async () => (await import("./commands/login.ts")).login,
  },
  {
    name: "logout",
    group: people,
    summary: "end the login that is kept",
    load: async () => (await import("./commands/logout.ts")).logout,
  },
  {
    name: "users",
    group: people,
    summary: "list, add, change and remove people; passwords, logging out",
    load: async () => (await import("./commands/users.ts")).users,
  },
  {
    name: "tokens",
    group: people,
    summary: "list, create and delete API tokens",
    load: async () => (await import("./commands/tokens.ts")).tokens,
  },
  {
    name: "roles",
    group: people,
    summary: "see what roles allow, make own ones, give and take them",
    load: async () => (await import("./commands/roles.ts")).roles,
  },
  {
    name: "serve",
    group: machine,
    summary: "start the server",
    load: async () => (await import("./commands/serve.ts")).serve,
  },
  {
    name: "doctor",
    group: machine,
    summary: "check what Rota needs on this machine",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "completion",
    group: machine,
    summary: "print a completion script for a shell",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
];
