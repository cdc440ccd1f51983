import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Json, JsonObject } from "../../core/json.ts";
import { type Caller, type OpenObserve, OpenObserveError } from "./port.ts";
import { readRequest } from "./read-search.ts";
import { ingestSchema, searchSchema } from "./route-schemas.ts";
import { readSql } from "./sql-text.ts";
import { streamName } from "./stream-name.ts";

/** What is asked for before anything is read or written; throws (the server's own error) when it is not allowed. */
export type AuthorizeStream = (
  request: FastifyRequest,
  ask: {
    readonly type: "stream";
    readonly organization: string;
    readonly id: string;
    readonly verb: "Post" | "Get";
  },
) => Promise<void>;

/** Runs the real-time action on all hits as its inputs (trigger "search"); the list that it returns replaces them. */
export type TransformHits = (
  request: FastifyRequest,
  ask: { readonly organization: string; readonly actionId: string; readonly hits: readonly Json[] },
) => Promise<
  { readonly ok: true; readonly hits: readonly Json[] } | { readonly ok: false; readonly message: string }
>;

export interface OpenObserveRoutes {
  readonly openobserve: OpenObserve;
  readonly authorize: AuthorizeStream;
  readonly transform: TransformHits;
}

/** Bytes of one request with records, and of one search. */
const limits = { ingest: 32 * 1_048_576, search: 256 * 1024 } as const;

/** `POST /api/{org}/{stream}/_json` and `POST /api/{org}/_search`, as OpenObserve has them. */
export async function openobserveRoutes(app: FastifyInstance, given: OpenObserveRoutes): Promise<void> {
  app.post<{ Params: { org: string; stream: string }; Body: Json }>(
    "/api/:org/:stream/_json",
    { schema: ingestSchema, bodyLimit: limits.ingest },
    async (request, reply) => {
      const { org: organization, stream } = request.params;
      return answer(reply, async () => {
        const id = streamName(stream);
        if (id === undefined)
          throw new OpenObserveError(400, `${JSON.stringify(stream.slice(0, 100))} is no name of a stream`);
        await given.authorize(request, { type: "stream", organization, id, verb: "Post" });
        return given.openobserve.ingest({
          organization,
          stream,
          records: request.body,
          caller: callerOf(request),
        });
      });
    },
  );

  app.post<{ Params: { org: string }; Querystring: { type?: string }; Body: JsonObject }>(
    "/api/:org/_search",
    { schema: searchSchema, bodyLimit: limits.search },
    async (request, reply) => answer(reply, () => search(request, given)),
  );
}

async function search(
  request: FastifyRequest<{ Params: { org: string }; Querystring: { type?: string }; Body: JsonObject }>,
  { openobserve, authorize, transform }: OpenObserveRoutes,
): Promise<JsonObject> {
  const organization = request.params.org;
  const { sql, actionId, body } = readRequest(request.body);
  const read = readSql(sql);
  if (!read.ok) throw new OpenObserveError(400, `Search SQL not valid: ${read.problem}`);
  if (read.streams.length === 0)
    throw new OpenObserveError(400, "Search SQL not valid: it names no stream after FROM");
  for (const id of read.streams) await authorize(request, { type: "stream", organization, id, verb: "Get" });
  const type = request.query.type ?? "logs";
  const found = await openobserve.search({
    organization,
    body,
    type,
    streams: read.streams,
    caller: callerOf(request),
  });
  if (actionId === undefined || found.hits.length === 0) return found;
  const transformed = await transform(request, { organization, actionId, hits: found.hits });
  if (!transformed.ok) throw new OpenObserveError(400, `Error# ${transformed.message}`);
  const counted = (body.query as JsonObject).track_total_hits === true;
  return { ...found, hits: transformed.hits, ...(counted ? {} : { total: transformed.hits.length }) };
}

const callerOf = (request: FastifyRequest): Caller => ({ authorization: request.headers.authorization });

/** OpenObserve's envelope for its own refusals; everything else is the server's error handler's. */
async function answer<T>(reply: FastifyReply, run: () => Promise<T>): Promise<T | FastifyReply> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof OpenObserveError)) throw error;
    return reply.code(error.status).send({ code: error.status, message: error.message });
  }
}
