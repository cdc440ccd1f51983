import type { FastifyInstance } from "fastify";
import type { Principal } from "../../access/index.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { rawMember } from "../../core/wire/raw-member.ts";
import { runJson } from "../../core/wire/run-json.ts";
import { stepsJson } from "../../core/wire/step-json.ts";
import { principalOf } from "../app/request.ts";
import type { Parts } from "../parts.ts";
import { inputLimit, startAndWait, startRun, whileWanted } from "../runs/ask-run.ts";
import { findAction } from "../runs/find-action.ts";
import { eventBeat, eventFarewell, logEvents, logLines } from "../runs/follow-log.ts";
import { readRun, readRunOrQuestion } from "../runs/read-run.ts";
import { sendTriggerAnswer } from "../runs/trigger-answer.ts";
import { viewerStream } from "../runs/viewer-stream.ts";
import { cancelSchema, getSchema, logsSchema, retrySchema, startSchema, testSchema } from "./run-schemas.ts";

/** Bytes of a result that comes with its run. */
const resultLimit = 1_000_000;
/** A viewer of a log who takes nothing for so long is let go, ms. */
const viewerPatience = 60_000;

interface OfAction {
  Params: { org: string; id: string };
}
interface OneRun {
  Params: { org: string; run: string };
}
type StartBody = { readonly parameters?: JsonObject; readonly inputs?: readonly Json[] } | null | undefined;

/** Starting actions, and what became of it. */
export function runRoutes(app: FastifyInstance, parts: Parts): void {
  app.post<OfAction & { Body: StartBody }>(
    "/api/:org/actions/:id/run",
    { schema: startSchema, bodyLimit: inputLimit },
    async (request, reply) => {
      const principal = principalOf(request);
      const action = await findAction(parts, principal.organization, request.params.id);
      const { parameters = {}, inputs } = request.body ?? {};
      const input = inputs === undefined ? undefined : rawMember(request.rawBody!, "inputs");
      const run = await startRun(parts, principal, {
        action,
        trigger: { kind: "manual" },
        parameters,
        input,
      });
      reply.code(201);
      return runJson(run);
    },
  );

  app.post<OfAction & { Body: StartBody }>(
    "/api/:org/actions/test/:id",
    { schema: testSchema, bodyLimit: inputLimit },
    async (request, reply) => {
      const principal = principalOf(request);
      const action = await findAction(parts, principal.organization, request.params.id);
      const { inputs } = request.body ?? {};
      const sent = inputs === undefined ? undefined : rawMember(request.rawBody!, "inputs");
      const isPlain = action.type !== "realtime" && (inputs ?? []).length === 0;
      const input = isPlain ? undefined : (sent ?? Buffer.from("[]"));
      const signal = whileWanted(parts, request, reply);
      const ask = { action, trigger: { kind: "test" }, parameters: {}, input } as const;
      const run = await startAndWait(parts, principal, ask, signal);
      return sendTriggerAnswer(parts, run, reply);
    },
  );

  app.get<OneRun>("/api/:org/runs/:run", { schema: getSchema }, async (request, reply) => {
    const run = await readRunOrQuestion(parts, principalOf(request), request.params.run);
    const runbook = await parts.runs.steps(run);
    const steps = runbook && { steps: stepsJson(runbook.action, runbook.steps) };
    const head = JSON.stringify({ ...runJson(run), ...steps });
    const bytes =
      (run.resultSize ?? Number.POSITIVE_INFINITY) <= resultLimit
        ? await parts.runs.result(run.id)
        : undefined;
    reply.type("application/json; charset=utf-8");
    if (bytes === undefined) return reply.send(head);
    return reply.send(`${head.slice(0, -1)},"result":${await wholeText(bytes)}}`);
  });

  app.post<OneRun>("/api/:org/runs/:run/cancel", { schema: cancelSchema }, async (request) => {
    const principal = principalOf(request);
    const { organization, id: run } = await readRun(parts, principal, request.params.run, "Post");
    return runJson(await parts.runs.cancelRun({ organization, run, ...askerOf(principal) }));
  });

  app.post<OneRun>("/api/:org/runs/:run/retry", { schema: retrySchema }, async (request, reply) => {
    const principal = principalOf(request);
    const { organization, id: run } = await readRun(parts, principal, request.params.run, "Post");
    const retried = await parts.runs.retryRun({ organization, run, ...askerOf(principal) });
    reply.code(201);
    return runJson(retried);
  });

  app.get<OneRun & { Querystring: { follow?: boolean; after?: number } }>(
    "/api/:org/runs/:run/logs",
    { schema: logsSchema },
    async (request, reply) => {
      const { organization, id: run } = await readRun(parts, principalOf(request), request.params.run, "Get");
      const signal = whileWanted(parts, request, reply);
      const { follow = false, after = 0 } = request.query;
      if (!request.headers.accept?.includes("text/event-stream")) {
        reply.type("application/x-ndjson; charset=utf-8");
        const lines = logLines(parts, { organization, run, after, follow, signal });
        return reply.send(
          viewerStream(lines, reply.raw, { patience: viewerPatience, beat: undefined, farewell: undefined }),
        );
      }
      const last = request.headers["last-event-id"];
      const from = typeof last === "string" && /^\d{1,15}$/.test(last) ? Number(last) : after;
      // A proxy that collects would turn a live log into one that comes at the end.
      reply.type("text/event-stream; charset=utf-8").header("x-accel-buffering", "no");
      const events = logEvents(parts, { organization, run, after: from, signal });
      return reply.send(
        viewerStream(events, reply.raw, {
          patience: viewerPatience,
          beat: eventBeat,
          farewell: eventFarewell,
        }),
      );
    },
  );
}

const askerOf = ({ email, address, run }: Principal) => ({ actor: email, address, within: run });

async function wholeText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
