import type { Kysely } from "kysely";
import type { RunId, Trigger } from "../../../core/run/run.ts";
import type { NewRun } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import { runOf } from "./rows.ts";

/** Runs that led to one another: more than their limits allow. */
const longest = 100;

/**
 * E-mails of those who started the runs that led to this one by events, notifications, steps and scripts: the actor of
 * such a run is the server or a service account, and whoever set it off must not be the one who approves it.
 */
export async function startersOf(
  db: Kysely<Database>,
  { organization, trigger, actor }: Pick<NewRun, "organization" | "trigger" | "actor">,
): Promise<readonly string[]> {
  const found = new Set<string>();
  let above = runBefore(trigger);
  for (let seen = 0; above !== undefined && seen < longest; seen += 1) {
    const row = await db
      .selectFrom("runs")
      .selectAll()
      .where("organization", "=", organization)
      .where("id", "=", above)
      .executeTakeFirst();
    if (row === undefined) break;
    const run = runOf(row);
    found.add(run.actor);
    above = runBefore(run.trigger);
  }
  found.delete("system");
  found.delete(actor);
  return [...found];
}

function runBefore(trigger: Trigger): RunId | undefined {
  if (trigger.within !== undefined) return trigger.within;
  const { kind } = trigger;
  return kind === "event" || kind === "notification" || kind === "step" ? trigger.run : undefined;
}
