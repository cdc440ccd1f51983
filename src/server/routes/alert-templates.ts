import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Verb } from "../../core/access/grant.ts";
import {
  isReservedTemplate,
  readOnlyTemplate,
  reservedTemplate,
} from "../../core/wire/destinations/reserved-templates.ts";
import {
  readTemplate,
  type SentTemplate,
  type Template,
  type TemplateKind,
  templateJson,
  templateProblem,
} from "../../core/wire/destinations/template.ts";
import type { WrittenBy } from "../../registry/ports/destinations.ts";
import { deleteEach } from "../delete-each.ts";
import { requireMay } from "../destinations/require-may.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import {
  bulkSchema,
  createTemplateSchema,
  deleteTemplateSchema,
  getTemplateSchema,
  listTemplatesSchema,
  updateTemplateSchema,
} from "./destination-schemas.ts";

interface One {
  Params: { org: string; name: string };
}

/** OpenObserve's alert templates. */
export function alertTemplateRoutes(app: FastifyInstance, parts: Parts): void {
  const { destinations } = parts.store;
  const path = "/api/:org/alerts/templates";
  const one = `${path}/:name`;
  const allowed = (request: FastifyRequest, verb: Verb, name: string | undefined) =>
    requireMay(parts, request, "template", verb, name);

  app.get(path, { schema: listTemplatesSchema }, async (request) => {
    const { organization } = allowed(request, "List", undefined);
    const found = await destinations.listTemplates({ organization });
    return found.map((template) => templateJson(template, organization));
  });

  // OpenObserve's own, which Rota does not ship.
  app.get(`${path}/system/prebuilt`, { schema: listTemplatesSchema }, async (request) => {
    allowed(request, "List", undefined);
    return [];
  });

  app.get<One>(one, { schema: getTemplateSchema }, async (request) => {
    const { name } = request.params;
    const { organization } = allowed(request, "Get", name);
    const found = await destinations.findTemplate({ organization, name });
    if (found === undefined) throw templateMissing();
    return templateJson(found, organization);
  });

  app.post<{ Body: SentTemplate }>(path, { schema: createTemplateSchema }, async (request) => {
    const by = allowed(request, "Post", undefined);
    const sent = read(request.body, undefined);
    if (isReservedTemplate(sent.name)) throw new HttpError(400, reservedTemplate(sent.name));
    const exists = new HttpError(400, "Template with the same name already exists");
    if (await destinations.findTemplate({ organization: by.organization, name: sent.name })) throw exists;
    const template = complete(sent, "custom");
    const id = parts.newId();
    if ((await destinations.createTemplate({ ...by, id, template })) === "exists") throw exists;
    return { code: 200, message: "Template saved", id, name: template.name };
  });

  app.put<One & { Body: SentTemplate }>(one, { schema: updateTemplateSchema }, async (request) => {
    const { name } = request.params;
    const by = allowed(request, "Put", name);
    const sent = read(request.body, name);
    if (isReservedTemplate(sent.name)) throw new HttpError(403, readOnlyTemplate(sent.name));
    const before = await destinations.findTemplate({ organization: by.organization, name: sent.name });
    if (before === undefined) throw templateMissing();
    const template = complete(sent, before.kind);
    if ((await destinations.updateTemplate({ ...by, template })) === "missing") throw templateMissing();
    return { code: 200, message: "Template updated" };
  });

  const remove = async (by: WrittenBy, name: string) => {
    if (isReservedTemplate(name)) throw new HttpError(403, readOnlyTemplate(name));
    const removed = await destinations.removeTemplate({ ...by, name });
    if (removed === "missing") throw templateMissing();
    if (removed !== "removed")
      throw new HttpError(409, `Template is in use for destination ${removed.usedBy}`);
  };

  app.delete<One>(one, { schema: deleteTemplateSchema }, async (request) => {
    const { name } = request.params;
    await remove(allowed(request, "Delete", name), name);
    return { code: 200, message: "Template deleted" };
  });

  app.delete<{ Body: { ids: string[] } }>(`${path}/bulk`, { schema: bulkSchema }, async (request) => {
    const { ids } = request.body;
    for (const id of ids) allowed(request, "Delete", id);
    return deleteEach(ids, (name) => remove(allowed(request, "Delete", name), name));
  });
}

const templateMissing = (): HttpError => new HttpError(404, "Template not found");

function read(body: SentTemplate | undefined, name: string | undefined) {
  const found = readTemplate(body ?? {}, name);
  if (!found.ok) throw new HttpError(400, found.problem);
  return found.template;
}

/** With the kind that it has where none was sent. @throws HttpError 400. */
function complete(sent: ReturnType<typeof read>, usual: TemplateKind): Template {
  const template = { ...sent, kind: sent.kind ?? usual };
  const problem = templateProblem(template);
  if (problem !== undefined) throw new HttpError(400, problem);
  return template;
}
