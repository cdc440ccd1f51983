import type { Task } from "../../runs/ports.ts";
import type { Isolation } from "./level.ts";

/** What the machine cannot give this task in a sandbox, as a sentence; undefined when it can run. */
export function refuse(task: Task, { level, missing }: Isolation): string | undefined {
  if (level === "full") return undefined;
  const why = `this machine offers only level "${level}" (${missing.join(" ")} rota doctor tells more)`;
  if (task.isolation === "required") return `The action asks for full isolation, and ${why}.`;
  if (!task.network) return `The action asks for a sandbox without network, and ${why}.`;
  return undefined;
}
