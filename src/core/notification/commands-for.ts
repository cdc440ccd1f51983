import type { Message } from "./message.ts";

/** What whoever reads a message types next. */
export function commandsFor({ event, run, action }: Message): readonly string[] {
  if (run === null) return event === "summary" ? [`rota runs ${action.name}`] : [];
  if (event === "approval") return [`rota approve ${run.id}`, `rota reject ${run.id} --reason '…'`];
  return event === "failure" ? [`rota show ${run.id}`, `rota logs ${run.id}`] : [`rota show ${run.id}`];
}
