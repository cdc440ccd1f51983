const envelope = {
  type: "object",
  required: ["code", "message"],
  properties: { code: { type: "integer" }, message: { type: "string" } },
} as const;

const organization = { type: "string", minLength: 1, maxLength: 128 } as const;

/** Refusals that both routes have. */
const refusals = {
  400: { description: "The request or the SQL is not valid, or the action failed", ...envelope },
  502: { description: "A real OpenObserve did not answer as it should", ...envelope },
  503: { description: "Too much waits already; send again later", ...envelope },
  504: { description: "A real OpenObserve did not answer in time", ...envelope },
} as const;

export const ingestSchema = {
  tags: ["streams"],
  summary: "Ingest records into a stream",
  description:
    "An array of objects, or one object. The event time is `_timestamp` (s, ms, µs, ns or ISO 8601), else the arrival. The answer is 200 even when records failed: look at `failed`.",
  params: {
    type: "object",
    required: ["org", "stream"],
    properties: { org: organization, stream: { type: "string", minLength: 1, maxLength: 256 } },
  },
  body: {
    anyOf: [
      { type: "array", items: {} },
      { type: "object", additionalProperties: true },
    ],
  },
  response: {
    200: {
      description: "How many records were stored",
      type: "object",
      additionalProperties: true,
      properties: {
        code: { type: "integer" },
        status: {
          type: "array",
          items: {
            type: "object",
            additionalProperties: true,
            properties: {
              name: { type: "string" },
              successful: { type: "integer" },
              failed: { type: "integer" },
              error: { type: "string" },
            },
          },
        },
      },
    },
    ...refusals,
  },
} as const;

export const searchSchema = {
  tags: ["streams"],
  summary: "Search streams with SQL",
  description:
    "One SELECT. With `query.action_id` all hits become the inputs of that real-time action and its list replaces them; a failure fails the search.",
  params: { type: "object", required: ["org"], properties: { org: organization } },
  querystring: { type: "object", properties: { type: { type: "string", maxLength: 32, default: "logs" } } },
  body: {
    type: "object",
    required: ["query"],
    additionalProperties: true,
    properties: {
      query: {
        type: "object",
        required: ["sql"],
        additionalProperties: true,
        properties: {
          sql: { type: "string", description: "In base64 when `encoding` says so" },
          start_time: { type: "integer", description: "µs, inclusive" },
          end_time: { type: "integer", description: "µs, exclusive; 0: no end" },
          from: { type: "integer" },
          size: { type: "integer", description: "At most 10000; -1: as many as that" },
          track_total_hits: { type: "boolean" },
          action_id: { type: "string", nullable: true },
        },
      },
      encoding: { type: "string", enum: ["base64", ""] },
      timeout: { type: "integer", description: "Seconds; at most 10 in the stand-in" },
    },
  },
  response: {
    200: {
      description: "The hits, newest first unless the SQL says otherwise",
      type: "object",
      additionalProperties: true,
      properties: {
        took: { type: "integer", description: "Milliseconds" },
        hits: { type: "array", items: {} },
        total: { type: "integer" },
        from: { type: "integer" },
        size: { type: "integer" },
        scan_size: { type: "number", description: "Megabytes in the time range" },
        scan_records: { type: "integer" },
      },
    },
    ...refusals,
  },
} as const;
