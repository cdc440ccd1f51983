import { redactor } from "../../core/redact/redactor.ts";
import type { RunId } from "../../core/run/run.ts";
import type { ExecutionEnd, RunEvent } from "../../core/run/run-event.ts";
import { unmeasured } from "../../core/run/unmeasured.ts";
import { onePiece } from "../one-piece.ts";
import type { RunBlobs } from "../ports/run-files.ts";
import type { Claimed } from "../ports/run-store.ts";
import type { RunsParts } from "../service.ts";
import { openParameters } from "../start/secret-parameters.ts";
import { bounded } from "./bounded.ts";
import { execute } from "./execute.ts";
import { happen } from "./insist.ts";
import { introduce } from "./introduce.ts";
import type { LogWriter } from "./log-writer.ts";
import { makeTask, type Prepared, secretsOf } from "./make-task.ts";
import { resolveEnv } from "./resolve-env.ts";
import type { Stops } from "./stops.ts";
import { usualGrace } from "./usual-grace.ts";
import { workAttempt } from "./work-attempt.ts";

/** Works on a claimed run of a Python action. Never rejects. */
export const workProgram = (parts: RunsParts, claimed: Claimed, stops: Stops): Promise<void> =>
  workAttempt(parts, claimed, stops, (writer, signal) => attempt(parts, claimed, writer, signal));

/** What happened to the run in the end; undefined: it is not ours any more. */
async function attempt(
  parts: RunsParts,
  claimed: Claimed,
  writer: LogWriter,
  signal: AbortSignal,
): Promise<RunEvent | undefined> {
  const { retries } = claimed.version.action;
  const ended = (end: ExecutionEnd): RunEvent => ({ kind: "ended", end, retries });
  const prepared = await prepare(parts, claimed, writer, signal);
  if ("refused" in prepared) return { kind: "denied", reason: prepared.refused };
  if ("failed" in prepared)
    return causeOf(signal, claimed) ?? ended(unmeasured("not_started", prepared.failed));
  const early = causeOf(signal, claimed);
  if (early !== undefined) return early;

  const started = await happen(parts, claimed, { kind: "started" });
  if (started?.kind !== "recorded") return undefined;
  introduce(writer, started.run, claimed.version, parts.clock.now());
  const task = makeTask(claimed, prepared);
  const job = { task, input: inputOf(parts.blobs, task.run), hidden: redactor(secretsOf(prepared)) };
  const { end, result } = await execute(parts, job, writer, signal);
  // Nobody asked for this end: the run may be tried again.
  const byStop = signal.reason === "server stops" && (end.end === "cancelled" || end.end === "lost");
  if (byStop) return ended({ ...end, end: "lost", reason: "The server stopped while it ran." });
  return ended(await withResult(parts, claimed, end, result));
}

/** Everything that the execution needs, or a sentence that says why there is none. */
async function prepare(
  { bundles, environments, credentials, secrets, sealer, clock, grace = usualGrace }: RunsParts,
  { run, version }: Claimed,
  writer: LogWriter,
  signal: AbortSignal,
): Promise<Prepared | { readonly refused: string } | { readonly failed: string }> {
  const deadline = bounded(clock, signal);
  const work = async () => {
    const given = await credentials.forRun(run, version);
    if (given !== undefined && "refused" in given) return given;
    const bundle = bundles.path(version.code);
    const { folder } = await environments.prepare(bundle, deadline.signal, (text) => {
      void writer.output({ at: clock.now(), stream: "system", level: undefined, text });
    });
    // Last, so that a value is in memory no longer than it is needed.
    const variables = await resolveEnv(secrets, version.organization, version.action.env);
    if ("refused" in variables) return { failed: variables.refused };
    const opened = openParameters(sealer, run);
    return {
      bundle,
      environment: folder,
      env: variables.env,
      parameters: opened.values,
      secrets: [...variables.secrets, ...opened.secrets],
      credentials: given,
      grace,
    };
  };
  try {
    return await Promise.race([work(), deadline.over]);
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown reason";
    return { failed: `It could not be prepared: ${why}` };
  } finally {
    deadline.stop();
  }
}

/** The event that a stop from outside is; undefined: nobody stopped it. */
function causeOf(signal: AbortSignal, claimed: Claimed): RunEvent | undefined {
  if (!signal.aborted) return undefined;
  if (signal.reason !== "cancel") return stoppedWith(claimed);
  const { retries } = claimed.version.action;
  return { kind: "ended", end: unmeasured("cancelled", "Cancelled before it started."), retries };
}

const stoppedWith = ({ version }: Claimed): RunEvent => ({
  kind: "lost",
  reason: "The server stopped while it ran.",
  retries: version.action.retries,
});

/** Keeps the result before the row says that there is one. */
async function withResult(
  { blobs, report }: RunsParts,
  { run }: Claimed,
  end: ExecutionEnd,
  result: Uint8Array | undefined,
): Promise<ExecutionEnd> {
  if (result === undefined) return end;
  try {
    return { ...end, resultSize: await blobs.put(run.id, "result", onePiece(result)) };
  } catch (error) {
    report("keeping the result of a run", error);
    return { ...end, end: "failed", reason: "Its result could not be kept: is the server's disk full?" };
  }
}

/** Looked for when it is read: most runs have none, and looking for a file that is not there costs as much as one that is. */
async function* inputOf(blobs: RunBlobs, run: RunId): AsyncIterable<Uint8Array> {
  yield* (await blobs.get(run, "input")) ?? [];
}
