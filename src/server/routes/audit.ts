import type { FastifyInstance } from "fastify";
import { requirePermission } from "../../access/index.ts";
import type { AuditOutcome, AuditRow } from "../../access/ports.ts";
import { readSince, sinceForms } from "../../core/run/read-since.ts";
import { fromMilliseconds, type Instant } from "../../core/time.ts";
import { isKsuid } from "../../core/wire/ksuid.ts";
import { createGate } from "../app/gate.ts";
import { principalOf } from "../app/request.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { listSchema, verifySchema } from "./audit-schemas.ts";

interface Asked {
  Querystring: {
    readonly since?: string;
    readonly until?: string;
    readonly actor?: string;
    readonly action?: string;
    readonly object?: string;
    readonly outcome?: AuditOutcome;
    readonly limit: number;
    readonly cursor?: string;
  };
}

/** Who did what, and whether that is still as it was written. */
export function auditRoutes(app: FastifyInstance, parts: Parts): void {
  const path = "/api/:org/audit";
  // It reads everything that is there.
  const verifying = createGate(1, 4);
  const instantOf = (name: string, text: string | undefined): Instant | undefined => {
    if (text === undefined) return undefined;
    const found = readSince(text, fromMilliseconds(parts.now()));
    if (found === undefined) throw new HttpError(400, `${name} is no time; write ${sinceForms}`);
    return found;
  };

  app.get<Asked>(path, { schema: listSchema }, async (request) => {
    const principal = principalOf(request);
    requirePermission(principal, { type: "audit", id: undefined, verb: "List" });
    const { organization } = principal;
    const { since, until, actor, action, object, outcome, limit, cursor } = request.query;
    const rows = await parts.store.access.readAudit({
      organization,
      since: instantOf("since", since),
      until: instantOf("until", until),
      actor: actor?.toLowerCase(),
      action,
      object: object === undefined ? undefined : await objectOf(parts, organization, object),
      outcome,
      before: readCursor(cursor),
      limit: limit + 1,
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const isMore = rows.length > limit && last !== undefined;
    return { items: items.map(toItem), next: isMore ? `${last.at}-${last.number}` : null };
  });

  app.get<{ Querystring: { head?: string } }>(`${path}/verify`, { schema: verifySchema }, async (request) => {
    requirePermission(principalOf(request), { type: "audit", id: undefined, verb: "List" });
    const [seal, hash] = request.query.head?.split(":") ?? [];
    const noted = hash === undefined ? undefined : { seal: Number(seal), hash };
    const { problems, entries, first, sealedThrough, unsealed, head } = await verifying(() =>
      parts.audit.verify(noted),
    );
    return {
      ok: problems.length === 0,
      entries,
      first,
      sealed_through: sealedThrough,
      unsealed,
      head: head ?? null,
      problems,
    };
  });
}

/** A run by its id and an action by its name are what a person has at hand. */
async function objectOf(parts: Parts, organization: string, asked: string): Promise<string> {
  if (asked.includes(":")) return asked;
  if (isKsuid(asked)) return `runs:${asked}`;
  const action = await parts.store.registry.findActionByName({ organization, name: asked });
  if (action !== undefined) return `action_scripts:${action.id}`;
  throw new HttpError(
    400,
    "There is no action of that name now; write <type>:<id> as the audit shows it, like secrets:db_password or role:sre",
  );
}

function readCursor(cursor: string | undefined): Pick<AuditRow, "at" | "number"> | undefined {
  if (cursor === undefined) return undefined;
  const [at, number] = cursor.split("-");
  return { at: Number(at), number: Number(number) };
}

const toItem = ({ number, at, actor, action, object, address, outcome, detail, count }: AuditRow) => ({
  number,
  at,
  actor,
  action,
  object,
  address: address ?? null,
  outcome: outcome ?? "done",
  detail: detail ?? null,
  count: count ?? 1,
});
