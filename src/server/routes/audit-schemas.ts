import { auditOutcomes } from "../../access/ports.ts";
import { instant, nullable, orgParams, refusals } from "./schemas.ts";

const tags = ["audit"];
const text = { type: "string" } as const;
const whole = { type: "integer" } as const;
const filter = { type: "string", minLength: 1, maxLength: 400 } as const;
const time = "2h or 3d before now, 2026-08-01, 2026-08-01T12:00Z, or µs";

const entry = {
  type: "object",
  properties: {
    number: { type: "integer", description: "From 1, over all organizations, without gaps" },
    at: instant,
    actor: { type: "string", description: "An e-mail; `system` for the server itself" },
    action: { type: "string", description: "create, update, delete, start, cancel, end, login, request, …" },
    object: {
      type: "string",
      description: "`<type>:<id>`, as permissions name it; `route:…` of what was refused",
    },
    address: nullable(text),
    outcome: { type: "string", enum: auditOutcomes },
    detail: nullable(text),
    count: { type: "integer", description: "How many like it this entry stands for" },
  },
} as const;

export const listSchema = {
  tags,
  summary: "Who did what",
  params: orgParams,
  querystring: {
    type: "object",
    properties: {
      since: { type: "string", maxLength: 40, description: `Then or later: ${time}` },
      until: { type: "string", maxLength: 40, description: `Before then: ${time}` },
      actor: filter,
      action: filter,
      object: { ...filter, description: "`<type>:<id>`, the id of a run, or the name of an action" },
      outcome: { type: "string", enum: auditOutcomes },
      limit: { type: "integer", minimum: 1, maximum: 1000, default: 50 },
      cursor: { type: "string", maxLength: 40, pattern: "^\\d{1,16}-\\d{1,16}$" },
    },
  },
  response: {
    200: {
      description: "Newest first",
      type: "object",
      properties: {
        items: { type: "array", items: entry },
        next: { type: "string", nullable: true, description: "Cursor of the next page" },
      },
    },
    ...refusals,
  },
} as const;

export const verifySchema = {
  tags,
  summary: "Whether the audit is as it was written",
  description: "Recomputes the chain of seals from the first entry, over all organizations.",
  params: orgParams,
  querystring: {
    type: "object",
    properties: {
      head: {
        type: "string",
        pattern: "^\\d{1,15}:[0-9a-f]{64}$",
        description: "A head that was noted earlier, as `SEAL:HASH`: it must still be in the chain",
      },
    },
  },
  response: {
    200: {
      description: "What was found",
      type: "object",
      properties: {
        ok: { type: "boolean" },
        entries: whole,
        first: { type: "integer", description: "Entries before were pruned" },
        sealed_through: { type: "integer", description: "Number of the last sealed entry; 0: none" },
        unsealed: { type: "integer", description: "Entries that wait for their seal, a few seconds" },
        head: nullable({
          type: "object",
          properties: { seal: whole, hash: text },
        }),
        problems: {
          type: "array",
          items: {
            type: "object",
            properties: {
              number: { type: "integer", description: "Of the first entry that it is about" },
              message: text,
            },
          },
        },
      },
    },
    ...refusals,
  },
} as const;
