import type { FastifyInstance } from "fastify";
import { principalOf } from "../app/request.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { readRunOrQuestion } from "../runs/read-run.ts";
import { runParams } from "./run-schemas.ts";
import { notFound, refusals } from "./schemas.ts";

const schema = {
  tags: ["runs"],
  summary: "Read the version that a run was of",
  description: "What its action said when it was created, whatever became of the action since.",
  params: runParams,
  response: {
    200: {
      description: "The version",
      type: "object",
      properties: {
        number: { type: "integer" },
        digest: { type: "string" },
        code_digest: { type: "string" },
        action: {
          type: "object",
          additionalProperties: true,
          description: "The whole action, as a manifest says it",
        },
      },
    },
    ...refusals,
    404: notFound,
  },
} as const;

/** What a run was of. */
export function runVersionRoutes(app: FastifyInstance, parts: Parts): void {
  app.get<{ Params: { run: string } }>("/api/:org/runs/:run/version", { schema }, async (request) => {
    const run = await readRunOrQuestion(parts, principalOf(request), request.params.run);
    const version = await parts.store.runs.pinned(run.id);
    // Forgotten between the two.
    if (version === undefined) throw new HttpError(404, "There is no such run");
    return {
      number: version.number,
      digest: version.digest,
      code_digest: version.code,
      action: parts.registry.canonical(version.action),
    };
  });
}
