import { isFinal, type LogLine, type Run, type RunId } from "../../core/run/run.ts";
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

/** JSON, one line for each; with `follow` until the run has ended. */
export async function* logLines(parts: Parts, ask: LogAsk & { follow: boolean }): AsyncGenerator<Uint8Array> {
  for await (const lines of parts.runs.log(ask)) yield asJsonLines(lines);
}

/**
 * Server-sent events: `line` with its sequence as id, so that whoever reconnects goes on where he was, and
 * at the run's end one `end` with the run.
 */
export async function* logEvents(parts: Parts, ask: LogAsk): AsyncGenerator<Uint8Array | string> {
  yield ": the log of a run\n\n";
  for await (const lines of parts.runs.log({ ...ask, follow: true })) yield asEvents(lines);
  const run: Run = await parts.runs.finished(ask, ask.signal);
  if (isFinal(run.state)) yield `event: end\ndata: ${JSON.stringify(runJson(run))}\n\n`;
}

/** Sent by servers to keep proxies, which close a connection on which nothing comes for a minute. */
export const eventBeat = { text: ": still there\n\n", every: 15_000 };

const dropped = "Nothing was read here for a minute. Reconnect to go on behind the last line.";

/** Who is let go learns why, and reconnects behind the last line that came. */
export const eventFarewell = `event: dropped\ndata: ${JSON.stringify({ message: dropped })}\n\n`;

/** Written once for all viewers who are sent the same batch. */
function once(write: (line: LogLine) => string): (lines: readonly LogLine[]) => Uint8Array {
  const written = new WeakMap<readonly LogLine[], Uint8Array>();
  return (lines) => {
    const known = written.get(lines);
    if (known !== undefined) return known;
    const bytes = Buffer.from(lines.map(write).join(""), "utf8");
    written.set(lines, bytes);
    return bytes;
  };
}

const asJsonLines = once((line) => `${lineJson(line)}\n`);
const asEvents = once((line) => `event: line\nid: ${line.sequence}\ndata: ${lineJson(line)}\n\n`);
