import type { DeclaredAlert } from "../../core/alert/declared-alert.ts";
import type { Json } from "../../core/json.ts";
import type { Applied, AppliedItem, ItemKind } from "../../core/plan/plan.ts";
import type { Ledger } from "../ports.ts";
import type { HttpClient } from "../targets/rota-server/http-client.ts";
import { badAnswer } from "../targets/rota-server/read-body.ts";
import { list, object, text } from "../targets/rota-server/read-items.ts";

/** The record of syncs that a Rota server keeps; it knows the actor and the time itself. */
export function rotaLedger(ask: HttpClient): Ledger {
  return {
    read: async (scope) => {
      const { body } = await ask(`/syncs?scope=${encodeURIComponent(scope)}`);
      const { applied } = object(body, "a record of syncs");
      return applied === null || applied === undefined ? undefined : readApplied(applied);
    },
    advance: async (from, { scope, commit, planId, items, alerts = [] }) => {
      const record = items.map(({ kind, name, id, digest }) => ({ kind, name, id, digest }));
      const declared = alerts.map(({ name, receiver, match }) => ({ name, receiver, match: match ?? null }));
      const json = { scope, from, commit: commit ?? null, plan_id: planId, items: record, alerts: declared };
      const { status } = await ask("/syncs", { method: "POST", json, expect: [409] });
      return status !== 409;
    },
  };
}

function readApplied(json: Json): Applied {
  const record = object(json, "a sync");
  return {
    generation: number(record.generation, "a generation"),
    scope: text(record.scope, "a scope"),
    commit: typeof record.commit === "string" && record.commit !== "" ? record.commit : undefined,
    planId: typeof record.plan_id === "string" ? record.plan_id : "",
    actor: typeof record.actor === "string" ? record.actor : "",
    at: number(record.at, "a time"),
    items: list(record.items, "applied items").map(readItem),
    alerts: list(record.alerts ?? [], "declared alerts").map(readAlert),
  };
}

function readAlert(json: Json): DeclaredAlert {
  const alert = object(json, "a declared alert");
  return {
    name: text(alert.name, "its name"),
    receiver: text(alert.receiver, "its receiver"),
    match: typeof alert.match === "string" ? alert.match : undefined,
  };
}

function readItem(json: Json): AppliedItem {
  const item = object(json, "an applied item");
  return {
    kind: text(item.kind, "its kind") as ItemKind,
    name: text(item.name, "its name"),
    id: text(item.id, "its id"),
    digest: text(item.digest, "its digest"),
  };
}

function number(json: Json | undefined, what: string): number {
  if (typeof json === "number" && Number.isSafeInteger(json)) return json;
  throw badAnswer(`a sync without ${what}`);
}
