import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { Run } from "../../core/run/run.ts";
import { failureText } from "../../core/wire/trigger-response.ts";
import type { Parts } from "../parts.ts";

/** Answers as OpenObserve's action server does: what the action returned, byte for byte, or why it did not. */
export function sendTriggerAnswer(parts: Parts, run: Run, reply: FastifyReply): FastifyReply {
  reply.type("application/json; charset=utf-8");
  if (run.state !== "succeeded") return reply.send(failureText(failureOf(run)));
  return reply.send(Readable.from(success(parts, run), { objectMode: false }));
}

/** Why a run that was waited for did not succeed. */
export const failureOf = (run: Run): string => run.reason ?? `The run ended as ${run.state}`;

async function* success(parts: Parts, run: Run): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"result":{"Success":');
  const result = await parts.runs.result(run.id);
  if (result === undefined) yield Buffer.from("[]");
  else yield* result;
  yield Buffer.from("}}");
}
