import { triggerKinds } from "../../core/run/trigger-kinds.ts";
import { actionParams, runObject, states } from "./run-schemas.ts";
import { notFound, orgParams, refusals } from "./schemas.ts";

const tags = ["runs"];
const page = {
  200: {
    description: "Newest first",
    type: "object",
    properties: {
      items: { type: "array", items: runObject },
      next: { type: "string", nullable: true, description: "Cursor of the next page" },
    },
  },
  ...refusals,
} as const;

const query = {
  limit: { type: "integer", minimum: 1, maximum: 1000, default: 50 },
  cursor: { type: "string", maxLength: 500 },
  state: {
    type: "string",
    maxLength: 200,
    description: `One or several with commas between them: ${states.join(", ")}`,
  },
  trigger: { type: "string", maxLength: 40, description: `What caused it: ${triggerKinds.join(", ")}` },
  category: { type: "string", minLength: 1, maxLength: 64, description: "That its action had then" },
  since: {
    type: "string",
    maxLength: 40,
    description: "Created then or later: 2h or 3d before now, 2026-08-01, 2026-08-01T12:00Z, or µs",
  },
} as const;

export const listSchema = {
  tags,
  summary: "List runs",
  params: orgParams,
  querystring: {
    type: "object",
    properties: { ...query, action: { type: "string", maxLength: 256, description: "Its id or name" } },
  },
  response: { ...page, 404: notFound },
} as const;

export const listOfActionSchema = {
  tags,
  summary: "List runs of an action",
  params: actionParams,
  querystring: { type: "object", properties: query },
  response: { ...page, 404: notFound },
} as const;
