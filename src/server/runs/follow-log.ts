import { isFinal, type LogLine, type Run, type RunId } from "../../core/run/run.ts";
import type { Milliseconds } from "../../core/time.ts";
import { runJson } from "../../core/wire/run-json.ts";
import type { Parts } from "../parts.ts";
import { lineJson } from "./line-json.ts";

export interface LogAsk {
  readonly organization: string;
  readonly run: RunId;
  /** Lines behind this sequence. */
  readonly after: number;
  readonly signal: AbortSignal;
}

/** Proxies close a connection on which nothing comes for a minute. */
const beat: Milliseconds = 15_000;

/** JSON, one line for each; with `follow` until the run has ended. */
export async function* logLines(parts: Parts, ask: LogAsk & { follow: boolean }): AsyncGenerator<string> {
  for await (const line of parts.runs.log(ask)) yield `${lineJson(line)}\n`;
}

/**
 * Server-sent events: `line` with its sequence as id, so that whoever reconnects goes on where he was, and
 * at the run's end one `end` with the run.
 */
export async function* logEvents(parts: Parts, ask: LogAsk): AsyncGenerator<string> {
  yield ": the log of a run\n\n";
  for await (const line of withBeats(parts.runs.log({ ...ask, follow: true }), beat))
    yield line === undefined
      ? ": still there\n\n"
      : `event: line\nid: ${line.sequence}\ndata: ${lineJson(line)}\n\n`;
  const run: Run = await parts.runs.finished(ask, ask.signal);
  if (isFinal(run.state)) yield `event: end\ndata: ${JSON.stringify(runJson(run))}\n\n`;
}

/** The lines, and undefined whenever none came for a while. */
async function* withBeats(
  lines: AsyncIterable<LogLine>,
  every: Milliseconds,
): AsyncGenerator<LogLine | undefined> {
  const iterator = lines[Symbol.asyncIterator]();
  const ask = () => {
    const asked = iterator.next();
    // It may reject while nobody waits for it: whoever reads is gone.
    asked.catch(() => undefined);
    return asked;
  };
  let next = ask();
  let timer: NodeJS.Timeout | undefined;
  try {
    for (;;) {
      const silence = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), every);
      });
      const got = await Promise.race([next, silence]);
      clearTimeout(timer);
      if (got === undefined) yield undefined;
      else if (got.done) return;
      else {
        next = ask();
        yield got.value;
      }
    }
  } finally {
    clearTimeout(timer);
    iterator.return?.()?.catch(() => undefined);
  }
}
