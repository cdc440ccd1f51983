import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Verb } from "../../core/access/grant.ts";
import {
  type Destination,
  destinationJson,
  type SentDestination,
} from "../../core/wire/destinations/destination.ts";
import { readDestination } from "../../core/wire/destinations/read-destination.ts";
import { deleteEach } from "../delete-each.ts";
import { actionAddress } from "../destinations/action-address.ts";
import { checkDestination } from "../destinations/check-destination.ts";
import { destinationMissing } from "../destinations/find-destination.ts";
import { requireMay } from "../destinations/require-may.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import {
  bulkSchema,
  createDestinationSchema,
  deleteDestinationSchema,
  getDestinationSchema,
  listDestinationsSchema,
  updateDestinationSchema,
} from "./destination-schemas.ts";

interface One {
  Params: { org: string; name: string };
}
interface Written {
  Querystring: { module?: string };
  Body: SentDestination;
}

/** OpenObserve's alert destinations. */
export function destinationRoutes(app: FastifyInstance, parts: Parts): void {
  const { destinations } = parts.store;
  const path = "/api/:org/alerts/destinations";
  const one = `${path}/:name`;
  const allowed = (request: FastifyRequest, verb: Verb, name: string | undefined) =>
    requireMay(parts, request, "destination", verb, name);
  const shown = (organization: string) => (destination: Destination) =>
    destinationJson(destination, (id) => actionAddress(parts, organization, id));
  const read = async (
    organization: string,
    request: { query: { module?: string }; body: unknown },
    name?: string,
  ) => {
    const module = request.query.module === "pipeline" ? "pipeline" : "alert";
    const found = readDestination((request.body ?? {}) as SentDestination, module, name);
    if (!found.ok) throw new HttpError(400, found.problem);
    await checkDestination(parts, organization, found.destination);
    return found.destination;
  };

  app.get<{ Querystring: { module?: string } }>(path, { schema: listDestinationsSchema }, async (request) => {
    const { organization } = allowed(request, "List", undefined);
    const wanted = request.query.module?.toLowerCase();
    const module = wanted === "alert" || wanted === "pipeline" ? wanted : undefined;
    if (wanted !== undefined && module === undefined) return [];
    return (await destinations.listDestinations({ organization, module })).map(shown(organization));
  });

  // OpenObserve ships some to start from; Rota sends to actions alone.
  app.get(`${path}/prebuilt`, { schema: listDestinationsSchema }, async (request) => {
    allowed(request, "List", undefined);
    return [];
  });

  app.get<One>(one, { schema: getDestinationSchema }, async (request) => {
    const { name } = request.params;
    const { organization } = allowed(request, "Get", name);
    const found = await destinations.findDestination({ organization, name });
    if (found === undefined) throw destinationMissing();
    return shown(organization)(found);
  });

  app.post<Written>(path, { schema: createDestinationSchema }, async (request) => {
    const by = allowed(request, "Post", undefined);
    const destination = await read(by.organization, request);
    const id = parts.newId();
    if ((await destinations.createDestination({ ...by, id, destination })) === "exists")
      throw new HttpError(400, "Destination with the same name already exists");
    return { code: 200, message: "Destination saved", id, name: destination.name };
  });

  app.put<One & Written>(one, { schema: updateDestinationSchema }, async (request) => {
    const { name } = request.params;
    const by = allowed(request, "Put", name);
    const destination = await read(by.organization, request, name);
    if ((await destinations.updateDestination({ ...by, destination })) === "missing")
      throw destinationMissing();
    return { code: 200, message: "Destination updated" };
  });

  app.delete<One>(one, { schema: deleteDestinationSchema }, async (request) => {
    const { name } = request.params;
    const by = allowed(request, "Delete", name);
    if ((await destinations.removeDestination({ ...by, name })) === "missing") throw destinationMissing();
    return { code: 200, message: "Alert destination deleted" };
  });

  app.delete<{ Body: { ids: string[] } }>(`${path}/bulk`, { schema: bulkSchema }, async (request) => {
    const { ids } = request.body;
    for (const id of ids) allowed(request, "Delete", id);
    return deleteEach(ids, async (name) => {
      const by = allowed(request, "Delete", name);
      if ((await destinations.removeDestination({ ...by, name })) === "missing") throw destinationMissing();
    });
  });
}
