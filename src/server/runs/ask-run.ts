import type { FastifyReply, FastifyRequest } from "fastify";
import { type Principal, requirePermission } from "../../access/index.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Run, Trigger } from "../../core/run/run.ts";
import type { LiveAction } from "../../registry/ports.ts";
import type { Parts } from "../parts.ts";

/** Bytes of a request with inputs. */
export const inputLimit = 32 * 1024 * 1024;

export interface RunAsk {
  readonly action: LiveAction;
  readonly trigger: Trigger;
  readonly parameters: JsonObject;
  /** JSON text of the list of records. */
  readonly input: Uint8Array | undefined;
  /** The result is waited for: what needs people's approval is refused. */
  readonly cannotWait?: true;
}

/** Starts an action for somebody who may. @throws AccessError, RunRefused. */
export function startRun(parts: Parts, principal: Principal, ask: RunAsk): Promise<Run> {
  const { action, trigger, parameters, input, cannotWait } = ask;
  requirePermission(principal, { type: "runs", id: action.id, name: action.name, verb: "Post" });
  return parts.runs.startRun({
    organization: principal.organization,
    actionId: action.id,
    trigger: principal.run === undefined ? trigger : { ...trigger, within: principal.run },
    actor: principal.email,
    address: principal.address,
    parameters,
    input,
    key: undefined,
    cannotWait,
  });
}

/** The same, and waits for its end. Rejects when the sender leaves or the server stops; the run goes on. */
export async function startAndWait(
  parts: Parts,
  principal: Principal,
  ask: RunAsk,
  signal: AbortSignal,
): Promise<Run> {
  const { id: run } = await startRun(parts, principal, { ...ask, cannotWait: true });
  return parts.runs.finished({ organization: principal.organization, run }, signal);
}

/** Aborted when the server stops, or when nobody is there any more to read the answer. */
export function whileWanted(parts: Parts, request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  const leave = () => left.abort();
  reply.raw.once("close", leave);
  request.raw.once("error", leave);
  return AbortSignal.any([parts.closing, left.signal]);
}
