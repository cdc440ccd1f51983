import type { Kysely } from "kysely";
import type { BuildRun } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import { recordAudit } from "../access/record-audit.ts";
import { appendEvent } from "./apply-change.ts";

/**
 * Writes down an installation of packages that has ended, as a run of the version that it was made for. Where that
 * was not accepted there is no such version: the run gets number 0, of which the history keeps what it was last.
 */
export async function keepBuild(db: Kysely<Database>, { run }: { run: BuildRun }): Promise<void> {
  const { organization, actionId: action_id, number, digest } = run.version;
  if (number === 0) await keepRefused(db, run);
  const state = run.reason === undefined ? "succeeded" : "failed";
  await db
    .insertInto("runs")
    .values({
      id: run.id,
      organization,
      action_id,
      action_name: run.version.action.name,
      version: number,
      digest,
      state,
      reason: run.reason ?? null,
      trigger: JSON.stringify({ kind: "build" }),
      actor: run.actor,
      parameters: "{}",
      category: run.version.action.category ?? null,
      trigger_kind: "build",
      attempt: 1,
      created_at: run.startedAt,
      due_at: run.startedAt,
      started_at: run.startedAt,
      ended_at: run.endedAt,
      cancel_asked: 0,
      isolation: null,
      exit_code: null,
      signal: null,
      peak_memory: null,
      cpu_time: null,
      result_size: null,
      key: null,
      admitted: 0,
      slot: 0,
      worker: null,
      fence: 0,
      lease_until: null,
    })
    .execute();
  await appendEvent(db, run.id, run.startedAt, "running", { kind: "created", actor: run.actor });
  await appendEvent(db, run.id, run.endedAt, state, { kind: "ended", end: state });
  await recordAudit(db, {
    at: run.endedAt,
    organization,
    actor: run.actor,
    address: run.address,
    action: "build",
    object: `runs:${run.id}`,
    outcome: run.reason === undefined ? "done" : "failed",
    detail: `packages of ${run.version.action.name}${run.reason === undefined ? "" : `: ${run.reason}`}`,
  });
}

async function keepRefused(db: Kysely<Database>, { version }: BuildRun): Promise<void> {
  const { organization, actionId: action_id, digest, code } = version;
  const content = {
    action_name: version.action.name,
    digest,
    code,
    action: JSON.stringify(version.action),
  };
  await db
    .insertInto("versions")
    .values({ organization, action_id, number: 0, ...content })
    .onConflict((conflict) => conflict.columns(["organization", "action_id", "number"]).doUpdateSet(content))
    .execute();
}
