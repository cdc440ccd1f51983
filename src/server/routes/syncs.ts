import type { FastifyInstance } from "fastify";
import { type Principal, requirePermission } from "../../access/index.ts";
import type { AppliedItem } from "../../core/plan/plan.ts";
import { fromMilliseconds } from "../../core/time.ts";
import type { SyncRecord } from "../../registry/ports.ts";
import { isScope } from "../actions/read-upload.ts";
import { principalOf } from "../app/request.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { instant, nullable, orgParams, refusals } from "./schemas.ts";

const tags = ["sync"];
const text = { type: "string" } as const;
const scope = { type: "string", minLength: 1, maxLength: 200 } as const;
const shortText = { type: "string", maxLength: 400 } as const;
const item = {
  type: "object",
  required: ["kind", "name", "id", "digest"],
  properties: { kind: shortText, name: shortText, id: shortText, digest: shortText },
} as const;
const alert = {
  type: "object",
  required: ["name", "receiver"],
  properties: {
    name: shortText,
    receiver: shortText,
    match: { type: "string", maxLength: 4096, nullable: true },
  },
} as const;
const record = {
  generation: { type: "integer" },
  scope: text,
  commit: nullable(text),
  plan_id: text,
  actor: text,
  at: instant,
} as const;
const historyLength = 50;
/** 10,000 items with long names. */
const mostBytes = 16 * 1024 * 1024;

const readSchema = {
  tags,
  summary: "What was applied last for a scope, and before",
  params: orgParams,
  querystring: { type: "object", required: ["scope"], properties: { scope } },
  response: {
    200: {
      description: "The record",
      type: "object",
      properties: {
        applied: {
          type: "object",
          nullable: true,
          properties: {
            ...record,
            items: { type: "array", items: item },
            alerts: { type: "array", items: alert, description: "What rota.yaml declares of alerts" },
          },
        },
        history: { type: "array", items: { type: "object", properties: record } },
      },
    },
    ...refusals,
  },
} as const;
const advanceSchema = {
  tags,
  summary: "Record an apply",
  description: "Moves the record from generation `from` to the next; 409 when another apply was quicker.",
  params: orgParams,
  body: {
    type: "object",
    required: ["scope", "from", "plan_id", "items"],
    properties: {
      scope,
      from: { type: "integer", minimum: 0 },
      commit: nullable(shortText),
      plan_id: shortText,
      items: { type: "array", maxItems: 100_000, items: item },
      alerts: { type: "array", maxItems: 10_000, items: alert },
    },
  },
  response: {
    200: { description: "Moved", type: "object", properties: { generation: { type: "integer" } } },
    ...refusals,
    409: {
      description: "Another apply was quicker",
      type: "object",
      properties: { code: { type: "integer" }, message: text, generation: { type: "integer" } },
    },
  },
} as const;

interface Advance {
  readonly scope: string;
  readonly from: number;
  readonly commit?: string | null;
  readonly plan_id: string;
  readonly items: readonly AppliedItem[];
  readonly alerts?: readonly {
    readonly name: string;
    readonly receiver: string;
    readonly match?: string | null;
  }[];
}

/** The ledger of applies, moved by compare-and-swap. */
export function syncRoutes(app: FastifyInstance, parts: Parts): void {
  const { registry } = parts.store;
  app.get<{ Querystring: { scope: string } }>("/api/:org/syncs", { schema: readSchema }, async (request) => {
    const principal = principalOf(request);
    requirePermission(principal, { type: "action_scripts", id: undefined, verb: "List" });
    const ask = { organization: principal.organization, scope: request.query.scope };
    const [applied, history] = await Promise.all([
      registry.readLedger(ask),
      registry.ledgerHistory({ ...ask, limit: historyLength }),
    ]);
    return {
      applied:
        applied === undefined
          ? null
          : { ...toRecord(applied), items: applied.items, alerts: applied.alerts ?? [] },
      history: history.map(toRecord),
    };
  });
  app.post<{ Body: Advance }>(
    "/api/:org/syncs",
    { schema: advanceSchema, bodyLimit: mostBytes },
    async (request, reply) => {
      const principal = principalOf(request);
      requireApply(principal);
      const { scope, from, commit, plan_id: planId, items, alerts = [] } = request.body;
      if (!isScope(scope)) throw new HttpError(400, "Invalid scope: it is one line, like owner/repo");
      const { organization, email: actor, address } = principal;
      const at = fromMilliseconds(parts.now());
      const kept = items.map(({ kind, name, id, digest }) => ({ kind, name, id, digest }));
      const declared = alerts.map(({ name, receiver, match }) => ({
        name,
        receiver,
        match: match ?? undefined,
      }));
      const to = { scope, commit: commit ?? undefined, planId, actor, at, items: kept, alerts: declared };
      const { outcome, generation } = await registry.advanceLedger({ organization, from, to, address });
      if (outcome === "advanced") return { generation };
      const message = `The record of ${scope} is at generation ${generation}, not at ${from}: somebody else has applied`;
      return reply.code(409).send({ code: 409, message, generation });
    },
  );
}

/** Whoever may make or change actions may say that they did. */
function requireApply(principal: Principal): void {
  requirePermission(principal, { type: "action_scripts", id: undefined, verb: "Put" });
}

const toRecord = ({ generation, scope, commit, planId, actor, at }: SyncRecord) => ({
  generation,
  scope,
  commit: commit ?? null,
  plan_id: planId,
  actor,
  at,
});
