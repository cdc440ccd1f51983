import { runObject, runParams } from "./run-schemas.ts";
import { notFound, orgParams, refusals } from "./schemas.ts";

const tags = ["runs"];
const round = {
  type: "integer",
  minimum: 1,
  description: "The `approval.round` that was looked at: refused when what is asked for has changed since",
} as const;
const answers = {
  200: { description: "The run as it is then", ...runObject },
  ...refusals,
  404: notFound,
} as const;

export const listSchema = {
  tags,
  summary: "List the runs that wait for approval",
  description: "Longest first; those that one may see, or answer for.",
  params: orgParams,
  response: {
    200: {
      description: "Runs",
      type: "object",
      properties: { items: { type: "array", items: runObject } },
    },
    ...refusals,
  },
} as const;

export const approveSchema = {
  tags,
  summary: "Approve a run",
  description:
    "By those whom the action names as approvers; where it names nobody, by whoever has AllowPost on approval. Never by who started it, and by each once.",
  params: runParams,
  body: {
    type: "object",
    nullable: true,
    additionalProperties: false,
    properties: { comment: { type: "string", maxLength: 2000 }, round },
  },
  response: answers,
} as const;

export const rejectSchema = {
  tags,
  summary: "Reject a run",
  description: "Ends it. By the same people as those who may approve it.",
  params: runParams,
  body: {
    type: "object",
    required: ["reason"],
    additionalProperties: false,
    properties: { reason: { type: "string", minLength: 1, maxLength: 2000 }, round },
  },
  response: answers,
} as const;
