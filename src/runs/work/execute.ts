import { setImmediate } from "node:timers/promises";
import { redactJson } from "../../core/redact/redact-json.ts";
import type { Redactor } from "../../core/redact/redactor.ts";
import { causes } from "../../core/run/run.ts";
import type { ExecutionEnd } from "../../core/run/run-event.ts";
import { unmeasured } from "../../core/run/unmeasured.ts";
import { after } from "../../core/time.ts";
import type { Clock } from "../ports/around.ts";
import type { Outcome, Task } from "../ports/executor.ts";
import type { RunsParts } from "../service.ts";
import type { LogWriter } from "./log-writer.ts";
import { redactOutput } from "./redact-output.ts";

/** What an executor may take beyond a task's timeout and grace before it is given up, ms. */
const margin = 30_000;

export interface Job {
  readonly task: Task;
  readonly input: AsyncIterable<Uint8Array>;
  /** Hides what nobody may read in what it says or gives back. */
  readonly hidden: Redactor;
}
export interface Executed {
  readonly end: ExecutionEnd;
  readonly result: Uint8Array | undefined;
}

/**
 * Has a task executed, and answers in the end whatever the executor does: rejects, hangs, or answers nonsense.
 * A hang is ended a while after the timeout, or after `signal`. This is the one place where secrets are hidden:
 * output, reason and result pass through it, and come from nowhere else.
 */
export async function execute(
  parts: Pick<RunsParts, "executor" | "clock" | "report">,
  { task, input, hidden }: Job,
  writer: LogWriter,
  signal: AbortSignal,
): Promise<Executed> {
  const watch = watchdog(parts.clock, task, signal);
  const { output, end } = redactOutput(hidden, parts.clock, writer.output);
  const work = async (): Promise<Executed> => {
    const outcome = await parts.executor.execute(task, { input, output, signal: watch.signal });
    return executed(outcome, task.program.kind === "shell" ? hideInText : hideInJson, hidden);
  };
  try {
    return await Promise.race([
      work(),
      watch.barked.then(() => lost("The executor did not come back; nobody knows how it ended.")),
    ]);
  } catch (error) {
    // What it says may hold anything: the server's own log has it, not the run's.
    parts.report("executing a run", error);
    return lost("The executor failed. This is a bug of Rota; the server's log tells more.");
  } finally {
    watch.stop();
    await end();
  }
}

/** Resolves `barked` when an execution should have come back long ago, and aborts `signal` then. */
function watchdog(clock: Clock, { limits, keep }: Task, signal: AbortSignal) {
  const own = new AbortController();
  let bark: () => void = () => undefined;
  const barked = new Promise<void>((resolve) => {
    bark = () => {
      own.abort();
      resolve();
    };
  });
  // One that is kept may wait for its turn; the executor counts from when that comes.
  const atLatest =
    keep === undefined
      ? clock.alarm(after(clock.now(), limits.timeout + limits.grace + margin), () => bark())
      : () => undefined;
  let afterAbort: () => void = () => undefined;
  const aborted = () => {
    own.abort(signal.reason);
    afterAbort = clock.alarm(after(clock.now(), limits.grace + margin), () => bark());
  };
  if (signal.aborted) aborted();
  else signal.addEventListener("abort", aborted, { once: true });
  return {
    signal: own.signal,
    barked,
    stop() {
      atLatest();
      afterAbort();
      signal.removeEventListener("abort", aborted);
    },
  };
}

/** Takes over what makes sense of an outcome; numbers that no row could hold are left out. */
async function executed(outcome: Outcome, hide: Hide, hidden: Redactor): Promise<Executed> {
  if (outcome === null || typeof outcome !== "object" || !causes.includes(outcome.end))
    return lost("The executor gave an answer that makes no sense. This is a bug of Rota.");
  const { end, reason, signal, isolation, result } = outcome;
  return {
    end: {
      end,
      reason: typeof reason === "string" ? hidden.sentence(reason) : undefined,
      isolation,
      exitCode: whole(outcome.exitCode),
      signal: typeof signal === "string" ? signal : undefined,
      duration: whole(outcome.duration),
      peakMemory: whole(outcome.peakMemory),
      cpuTime: whole(outcome.cpuTime),
      resultSize: undefined,
    },
    result: end === "succeeded" && result instanceof Uint8Array ? await hide(result, hidden) : undefined,
  };
}

type Hide = (result: Uint8Array, hidden: Redactor) => Promise<Uint8Array>;

const hideInText: Hide = async (result, hidden) => {
  const text = Buffer.from(result.buffer, result.byteOffset, result.byteLength).toString("utf8");
  return Buffer.from(hidden.text(text), "utf8");
};

/** The same bytes where they hold no secret. A large one takes a while: others get their turn meanwhile. */
const hideInJson: Hide = async (result, hidden) => {
  const json = Buffer.from(result.buffer, result.byteOffset, result.byteLength).toString("utf8");
  const pieces: string[] = [];
  for (const piece of redactJson(json, hidden)) {
    pieces.push(piece);
    await setImmediate();
  }
  const shown = pieces.join("");
  return shown === json ? result : Buffer.from(shown, "utf8");
};

const lost = (reason: string): Executed => ({ end: unmeasured("lost", reason), result: undefined });

const whole = (number: unknown): number | undefined =>
  typeof number === "number" && Number.isSafeInteger(Math.round(number)) ? Math.round(number) : undefined;
