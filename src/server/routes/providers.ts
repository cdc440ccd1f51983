import type { FastifyInstance, FastifyRequest } from "fastify";
import { auditEntry, requirePermission } from "../../access/index.ts";
import { canonicalProvider } from "../../core/action/canonical-provider.ts";
import { readProvider } from "../../core/action/read-provider.ts";
import type { JsonObject } from "../../core/json.ts";
import { fromMilliseconds } from "../../core/time.ts";
import type { Expected, LiveProvider } from "../../registry/ports.ts";
import { invalid } from "../actions/read-action-json.ts";
import { isScope } from "../actions/read-upload.ts";
import { createGate } from "../app/gate.ts";
import { ifMatch, principalOf, quoted } from "../app/request.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { deleteSchema, getSchema, listSchema, putSchema, testSchema } from "./provider-schemas.ts";

interface One {
  Params: { org: string; name: string };
}
interface Sent {
  readonly provider: JsonObject;
  readonly managed_by?: string | null;
}
type Verb = "Get" | "Put" | "Post" | "Delete";

/** Tries at once, and waiting for their turn: each may take seconds. */
const [atOnce, waiting] = [4, 32];

/** The places that steps run at. */
export function providerRoutes(app: FastifyInstance, parts: Parts): void {
  const { registry } = parts.store;
  const path = "/api/:org/providers";
  const one = `${path}/:name`;
  const trying = createGate(atOnce, waiting);
  const allowed = (request: FastifyRequest<One>, verb: Verb) => {
    const principal = principalOf(request);
    requirePermission(principal, { type: "providers", id: request.params.name, verb });
    const { organization, email: actor, address } = principal;
    return { organization, name: request.params.name, actor, address, now: fromMilliseconds(parts.now()) };
  };

  app.get(path, { schema: listSchema }, async (request) => {
    const principal = principalOf(request);
    requirePermission(principal, { type: "providers", id: undefined, verb: "List" });
    return { items: (await registry.listProviders({ organization: principal.organization })).map(toItem) };
  });

  app.get<One>(one, { schema: getSchema }, async (request, reply) => {
    const found = await registry.findProvider(allowed(request, "Get"));
    if (found === undefined) throw missing();
    reply.header("etag", quoted(found.etag));
    return toItem(found);
  });

  app.put<One & { Body: Sent }>(one, { schema: putSchema }, async (request, reply) => {
    const { name } = request.params;
    const principal = principalOf(request);
    const { organization, email: actor, address } = principal;
    const isThere = (await registry.findProvider({ organization, name })) !== undefined;
    const { id, verb } = isThere
      ? { id: name, verb: "Put" as const }
      : { id: undefined, verb: "Post" as const };
    requirePermission(principal, { type: "providers", id, verb });
    const read = readProvider(request.body.provider, name);
    if (!read.ok) throw invalid("The provider", read.issues);
    const { outcome, ...written } = await registry.putProvider({
      organization,
      name,
      provider: read.provider,
      managedBy: readOwner(request.body.managed_by),
      expect: expected(request, isThere),
      actor,
      address,
      now: fromMilliseconds(parts.now()),
    });
    if (!("provider" in written)) throw refused(outcome, name);
    parts.declarationsChanged();
    reply.header("etag", quoted(written.provider.etag));
    return toItem(written.provider);
  });

  app.delete<One>(one, { schema: deleteSchema }, async (request) => {
    const ask = allowed(request, "Delete");
    const outcome = await registry.removeProvider({ ...ask, expectEtag: ifMatch(request) });
    if (outcome !== "removed") throw refused(outcome, ask.name);
    parts.declarationsChanged();
    return { code: 200, message: "Provider deleted" };
  });

  app.post<One>(`${one}/test`, { schema: testSchema }, async (request) => {
    const { organization, name, now } = allowed(request, "Post");
    return trying(async () => {
      const tried = await parts.tryProvider(organization, name);
      if (tried === undefined) throw missing();
      const { reachable, message } = tried;
      const entry = auditEntry(principalOf(request), now, "test", `providers:${name}`, message);
      await parts.store.access.recordAudit({ ...entry, outcome: reachable ? "done" : "failed" });
      return { name, ...tried };
    });
  });
}

/** What the sender said must be there; else what was seen a moment ago, which is what he was allowed to write. */
function expected(request: FastifyRequest, isThere: boolean): Expected {
  if (request.headers["if-none-match"]?.trim() === "*") return "nothing";
  const etag = ifMatch(request);
  if (etag !== undefined) return { etag };
  return isThere ? "anything" : "nothing";
}

function readOwner(sent: string | null | undefined): string | null | undefined {
  if (typeof sent === "string" && !isScope(sent))
    throw new HttpError(400, "Invalid managed_by: it is a scope, like owner/repo");
  return sent;
}

function refused(outcome: string, name: string): HttpError {
  switch (outcome) {
    case "missing":
      return missing();
    case "exists":
      return new HttpError(412, `There is a provider ${name} already; read it, then change it`);
    case "circle":
      return new HttpError(
        400,
        `The jump of ${name} would lead back to ${name}: take one of these jumps away first`,
      );
    default:
      return new HttpError(
        412,
        "The provider was changed meanwhile; read it again, then decide whether the change still holds.",
      );
  }
}

const missing = (): HttpError => new HttpError(404, "Provider not found");

const toItem = ({ name, provider, managedBy, digest, etag, ...rest }: LiveProvider) => ({
  name,
  kind: provider.kind,
  provider: canonicalProvider(provider),
  managed_by: managedBy ?? null,
  digest,
  etag,
  created_by: rest.createdBy,
  created_at: rest.createdAt,
  updated_by: rest.updatedBy,
  updated_at: rest.updatedAt,
});
