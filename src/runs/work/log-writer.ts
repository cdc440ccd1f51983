import type { LogLine, RunId } from "../../core/run/run.ts";
import type { Instant } from "../../core/time.ts";
import type { Bell } from "../ports/around.ts";
import type { Chunk } from "../ports/executor.ts";
import type { NewLogLine, RunLog } from "../ports/run-files.ts";

export interface LogWriter {
  /** Resolves at once while there is room to buffer, else when there is; so a flood waits for the disk. */
  output(chunk: Chunk): Promise<void>;
  /** A line of ours; never cut. */
  say(text: string, at: Instant): void;
  /** What follows belongs to this step of a runbook, and has a limit of its own; undefined: to none. */
  enter(step: string | undefined): void;
  /**
   * Writes what is left, and resolves when it is on the disk, so that a run that is known to have ended has its
   * log. What comes later is dropped. Rejects when the log could not be written.
   */
  close(): Promise<void>;
}

/** What lines may weigh together before a producer has to wait. */
const roomy = 1024 * 1024;
/** After an append the next one waits so long for more, ms: each wakes every viewer. A slow log is not delayed. */
const together = 20;
/** What may gather meanwhile. */
const handful = 64 * 1024;
/** What the last lines of an output that is too long may weigh together. */
const tailWeight = 128 * 1024;
/** A longer line is cut: what executors send is shorter. */
const longestLine = 64 * 1024;

const streams: readonly LogLine["stream"][] = ["stdout", "stderr", "log", "system"];

/**
 * Writes the output of one attempt to its run's log in as few appends as the disk needs: measured 900,000
 * lines a second, 3,700 with an append for each. Of an output longer than `limit` bytes the head and the
 * tail are kept, and between them a line says how much was cut.
 */
export function logWriter(parts: { log: RunLog; bell: Bell }, run: RunId, limit: number): LogWriter {
  let waiting: NewLogLine[] = [];
  let buffered = 0;
  let flushing: Promise<void> | undefined;
  let failure: unknown;
  let closed = false;
  let written = 0;
  let used = false;
  let step: string | undefined;
  const tail = keepTail();
  let hurry: () => void = () => undefined;

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, together);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const push = (line: NewLogLine) => {
    if (failure !== undefined) return;
    used = true;
    waiting.push(step === undefined ? line : { ...line, step });
    buffered += weight(line);
    flushing ??= flush();
    if (buffered > handful) hurry();
  };

  async function flush(): Promise<void> {
    try {
      while (waiting.length > 0 && failure === undefined) {
        const lines = waiting;
        waiting = [];
        buffered = 0;
        await parts.log.append(run, lines);
        parts.bell.ring(`log:${run}`);
        if (!closed && buffered < handful) await pause();
      }
    } catch (error) {
      failure = error;
    } finally {
      flushing = undefined;
    }
  }

  return {
    async output(chunk) {
      if (closed || failure !== undefined) return;
      const line = lineOf(chunk);
      const size = Buffer.byteLength(line.text) + 1;
      if (written + size > limit) {
        written = limit;
        tail.add(line, size);
      } else {
        written += size;
        push(line);
      }
      while (buffered > roomy && flushing !== undefined) await flushing;
    },
    say(text, at) {
      if (closed) return;
      const line: NewLogLine = { at, stream: "system", level: undefined, text };
      if (tail.empty()) push(line);
      else tail.add(line, 0);
    },
    enter(next) {
      for (const line of tail.take()) push(line);
      step = next;
      written = 0;
    },
    async close() {
      closed = true;
      hurry();
      for (const line of tail.take()) push(line);
      while (flushing !== undefined) await flushing;
      if (failure !== undefined) throw failure;
      // Not after each append: what a loss of power may cost is the log of runs that did not end.
      if (used) await parts.log.sync(run);
    },
  };
}

/** Whatever an executor sends becomes one line that a log can hold. */
function lineOf({ at, stream, level, text }: Chunk): NewLogLine {
  const shown = typeof text === "string" ? text : "";
  return {
    at: Number.isFinite(at) ? Math.round(at) : 0,
    stream: streams.includes(stream) ? stream : "stdout",
    level,
    text: shown.length > longestLine ? `${shown.slice(0, longestLine)} …` : shown,
  };
}

/** What a line takes in memory, roughly: an empty one takes room as well. */
const weight = ({ text }: NewLogLine): number => text.length + 64;

function keepTail() {
  let lines: { line: NewLogLine; size: number }[] = [];
  let kept = 0;
  let cut = { lines: 0, bytes: 0 };
  return {
    empty: () => lines.length === 0,
    add(line: NewLogLine, size: number) {
      lines.push({ line, size });
      kept += weight(line);
      // Half of it at a time: shifting line by line would cost a move of all of them for each.
      if (kept <= 2 * tailWeight) return;
      let first = 0;
      for (let next = lines[first]; next !== undefined && kept > tailWeight; next = lines[++first]) {
        kept -= weight(next.line);
        cut = { lines: cut.lines + 1, bytes: cut.bytes + next.size };
      }
      lines = lines.slice(first);
    },
    take(): readonly NewLogLine[] {
      const [first] = lines;
      if (first === undefined) return [];
      const told = `${cut.lines} lines (${cut.bytes} bytes) are left out here: the output was longer than its limit.`;
      const note: NewLogLine = { at: first.line.at, stream: "system", level: undefined, text: told };
      const all = [...(cut.lines > 0 ? [note] : []), ...lines.map(({ line }) => line)];
      lines = [];
      kept = 0;
      cut = { lines: 0, bytes: 0 };
      return all;
    },
  };
}
