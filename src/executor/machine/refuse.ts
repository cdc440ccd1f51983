import type { Task } from "../../runs/ports/executor.ts";
import type { Isolation } from "./level.ts";

/** What the machine cannot give this task in a sandbox, as a sentence; undefined when it can run. */
export function refuse(task: Task, { level, lacks }: Isolation): string | undefined {
  if (level === "full") return undefined;
  const missing = lacks.map(({ sentence }) => sentence).join(" ");
  const why = `this machine offers only level "${level}" (${missing} rota doctor tells more)`;
  if (task.isolation === "required") return `The action asks for full isolation, and ${why}.`;
  if (!task.network && level === "basic") return `The action asks for a sandbox without network, and ${why}.`;
  return undefined;
}
