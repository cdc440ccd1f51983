import type { FastifyInstance } from "fastify";
import { requirePermission } from "../../access/index.ts";
import type { Run } from "../../core/run/run.ts";
import { actionInputs } from "../../core/wire/destinations/action-inputs.ts";
import { principalOf } from "../app/request.ts";
import { findActionDestination } from "../destinations/find-destination.ts";
import { sendLimit } from "../destinations/send-limit.ts";
import { findTestMessage, type TestMessage, testMessageText } from "../destinations/test-message.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { startAndWait, whileWanted } from "../runs/ask-run.ts";
import { findAction } from "../runs/find-action.ts";
import { failureOf } from "../runs/trigger-answer.ts";
import { testSchema, testSendSchema } from "./trigger-schemas.ts";

/** Samples that one person may send in a minute. */
const perMinute = 6;
/** Bytes of a result that is told. */
const toldResult = 10_000;

/** Trying destinations. Rota sends to actions alone: it asks no address that somebody wrote into a destination. */
export function destinationTestRoutes(app: FastifyInstance, parts: Parts): void {
  const path = "/api/:org/alerts/destinations";
  const wait = sendLimit(perMinute, parts.now);

  app.post<{ Body: { type?: string | null } }>(`${path}/test`, { schema: testSchema }, async (request) => {
    requirePermission(principalOf(request), { type: "destination", id: undefined, verb: "Post" });
    const type = (request.body.type ?? "http").slice(0, 40);
    const more =
      type === "http" || type === "email" ? ". Rota sends to destinations of type action only" : "";
    const error = `Unsupported destination type for testing: ${type}${more}`;
    return { success: false, statusCode: null, responseBody: null, error };
  });

  app.post<{ Params: { org: string; name: string }; Body: TestMessage }>(
    `${path}/:name/test_send`,
    { schema: testSendSchema },
    async (request, reply) => {
      const principal = principalOf(request);
      const { organization } = principal;
      const { name } = request.params;
      requirePermission(principal, { type: "destination", id: name, verb: "Put" });
      const seconds = wait(`${organization}/${principal.email}`);
      if (seconds > 0)
        throw new HttpError(
          429,
          `Too many test-sends — try again in ${seconds}s (limit: ${perMinute}/min)`,
          seconds,
        );
      const asked = await findTestMessage(parts, organization, request.body);
      const { destination, actionId } = await findActionDestination(parts, organization, name);
      const action = await findAction(parts, organization, actionId);
      const read = actionInputs(Buffer.from(testMessageText(asked, organization, destination)));
      if (!read.ok) throw failed(read.problem);
      const trigger = { kind: "destination", destination: name } as const;
      const ask = { action, trigger, parameters: {}, input: read.inputs };
      const run = await startAndWait(parts, principal, ask, whileWanted(parts, request, reply));
      if (run.state !== "succeeded") throw failed(failureOf(run));
      return { success: true, message: `sent status: 200 OK, body: ${await told(parts, run)}` };
    },
  );
}

const failed = (why: string): HttpError => new HttpError(400, `test-send dispatch failed: ${why}`);

/** What the action returned, unless that is long. */
async function told(parts: Parts, run: Run): Promise<string> {
  const isShort = (run.resultSize ?? 0) <= toldResult;
  const result = isShort ? await parts.runs.result(run.id) : undefined;
  if (result === undefined) return `run ${run.id} succeeded`;
  const pieces: Uint8Array[] = [];
  for await (const piece of result) pieces.push(piece);
  return `{"result":{"Success":${Buffer.concat(pieces).toString("utf8")}}}`;
}
