import type { FastifyInstance } from "fastify";
import { may, type Principal, requireShown } from "../../access/index.ts";
import { type ActionFilter, meetsFilter } from "../../core/action/action-filter.ts";
import { listCategories } from "../../core/action/categories.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { isKsuid } from "../../core/wire/ksuid.ts";
import { RegistryError, removeAction } from "../../registry/index.ts";
import type { LiveAction } from "../../registry/ports.ts";
import { accept } from "../actions/accept.ts";
import { details, listItem } from "../actions/list-item.ts";
import { readEnv } from "../actions/read-env.ts";
import { isScope } from "../actions/read-upload.ts";
import { requireOnAction } from "../actions/require-on-action.ts";
import { contentDisposition } from "../app/content-disposition.ts";
import { ifMatch, principalOf, quoted } from "../app/request.ts";
import { deleteEach } from "../delete-each.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import {
  bulkSchema,
  categoriesSchema,
  deleteSchema,
  downloadSchema,
  getSchema,
  listSchema,
  putSchema,
} from "./action-schemas.ts";

interface One {
  Params: { org: string; id: string };
}
interface PutBody {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly environment_variables?: unknown;
  readonly cron_expr?: string | null;
  readonly service_account?: string | null;
  readonly action?: unknown;
  readonly manifest?: string | null;
  readonly managed_by?: string | null;
}

/** OpenObserve's actions, but for their upload. */
export function actionRoutes(app: FastifyInstance, parts: Parts): void {
  const { store } = parts;
  const type = "action_scripts";

  app.get<{ Querystring: Partial<ActionFilter> & { name?: string; starred?: boolean } }>(
    "/api/:org/actions",
    { schema: listSchema },
    async (request) => {
      const principal = principalOf(request);
      const { organization } = principal;
      const shown = requireShown(principal, type);
      const { name, category, tag, search, type: wanted, starred } = request.query;
      const filter = { category, tag, search, type: wanted };
      const [live, summaries, stars] = await Promise.all([
        name === undefined
          ? store.registry.listActions({ organization, filter, shown })
          : store.registry
              .findActionByName({ organization, name })
              .then((one) => (one && meetsFilter(one, filter) && maySee(principal, one) ? [one] : [])),
        store.runs.summaries(organization),
        store.access.listStars({ organization, email: principal.email }),
      ]);
      const byId = new Map(summaries.map((summary) => [summary.actionId, summary]));
      const marked = new Set(stars);
      return live
        .filter(({ id }) => starred === undefined || starred === marked.has(id))
        .map((action) => listItem(action, byId.get(action.id), marked.has(action.id)));
    },
  );

  app.get("/api/:org/categories", { schema: categoriesSchema }, async (request) => {
    const principal = principalOf(request);
    const { organization } = principal;
    const shown = requireShown(principal, type);
    const { used, without } = await store.registry.countCategories({ organization, shown });
    return { items: listCategories(used), without };
  });

  app.get<One>("/api/:org/actions/:id", { schema: getSchema }, async (request, reply) => {
    const principal = principalOf(request);
    const { live, version } = await readLive(parts, principal, request.params.id);
    reply.header("etag", quoted(live.etag));
    return details(live, version, parts.registry.canonical);
  });

  app.get<One>("/api/:org/actions/download/:id", { schema: downloadSchema }, async (request, reply) => {
    const principal = principalOf(request);
    const id = requireId(request.params.id);
    const { version } = await readLive(parts, principal, id);
    const bytes = await parts.registry.blobs.get(version.blob);
    if (bytes === undefined) throw new Error(`the archive of ${id}, version ${version.number}, is gone`);
    return reply
      .type("application/zip")
      .header("content-disposition", contentDisposition(version.zipFileName))
      .send(bytes);
  });

  app.put<One & { Body: PutBody }>("/api/:org/actions/:id", { schema: putSchema }, async (request, reply) => {
    const id = requireId(request.params.id);
    const { body } = request;
    const env = body.environment_variables ?? undefined;
    const managedBy = body.managed_by ?? undefined;
    if (managedBy !== undefined && !isScope(managedBy))
      throw new HttpError(400, "Invalid managed_by: it is a scope, like owner/repo");
    const live = await accept(parts, request, {
      id,
      form: {
        name: body.name ?? undefined,
        description: body.description ?? undefined,
        executionDetails: undefined,
        cron: body.cron_expr ?? undefined,
        serviceAccount: body.service_account ?? undefined,
        env: env === undefined ? undefined : readEnv(env),
      },
      formFields: [],
      action: body.action ?? undefined,
      zip: undefined,
      manifest: body.manifest ?? undefined,
      managedBy,
      codeDigest: undefined,
    });
    reply.header("etag", quoted(live.etag));
    return { uuid: live.id, version: live.version, digest: live.digest, etag: live.etag };
  });

  app.delete<One>("/api/:org/actions/:id", { schema: deleteSchema }, async (request) => {
    const principal = principalOf(request);
    const { organization, email: actor, address } = principal;
    const id = requireId(request.params.id);
    await requireOnAction(parts, principal, { type, id, verb: "Delete" });
    const now = fromMilliseconds(parts.now());
    await removeAction(parts.registry, { organization, id, actor, address, ifMatch: ifMatch(request), now });
    parts.declarationsChanged();
    return { code: 200, message: "Action deleted" };
  });

  app.delete<{ Body: { ids: string[] } }>(
    "/api/:org/actions/bulk",
    { schema: bulkSchema },
    async (request) => {
      const principal = principalOf(request);
      const { organization, email: actor, address } = principal;
      const ids = [...new Set(request.body.ids)];
      const bad = ids.find((id) => !isKsuid(id));
      if (bad !== undefined) throw new HttpError(400, `invalid action id ${shown(bad)}`);
      for (const id of ids) await requireOnAction(parts, principal, { type, id, verb: "Delete" });
      const deleted = await deleteEach(ids, (id) => {
        const now = fromMilliseconds(parts.now());
        return removeAction(parts.registry, { organization, id, actor, address, ifMatch: undefined, now });
      });
      if (deleted.successful.length > 0) parts.declarationsChanged();
      return deleted;
    },
  );
}

/** OpenObserve answers 404 for a text that is no id. */
function requireId(id: string): string {
  if (!isKsuid(id)) throw new HttpError(404, `invalid action id ${shown(id)}`);
  return id;
}

const shown = (id: string): string => id.slice(0, 64).replace(/[^\x20-\x7e]/g, "?");

async function readLive(parts: Parts, principal: Principal, id: string) {
  const { registry } = parts.store;
  const { organization } = principal;
  const live = await requireOnAction(parts, principal, { type: "action_scripts", id, verb: "Get" });
  const version = live && (await registry.readVersion({ organization, id, number: live.version }));
  if (live === undefined || version === undefined)
    throw new RegistryError("not-found", "ACTION_MISSING", "Action Script not found");
  return { live, version };
}

const maySee = (principal: Principal, { id, name }: LiveAction): boolean =>
  may(principal, { type: "action_scripts", id, name, verb: "List" });
