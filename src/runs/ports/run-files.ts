import type { LogLine, RunId } from "../../core/run/run.ts";

/** A line before the log has numbered it. */
export type NewLogLine = Omit<LogLine, "sequence">;

/** Append-only log of each run. Reading from a sequence on never misses and never repeats. */
export interface RunLog {
  /** Numbers the lines on from the last one of the run, across attempts and restarts. */
  append(run: RunId, lines: readonly NewLogLine[]): Promise<void>;
  /** What was appended survives a loss of power. Rejects when nothing ever was. */
  sync(run: RunId): Promise<void>;
  /**
   * The lines after a sequence, in batches. Those who read the same log may get the same batches: leave them as
   * they are. At the end of what there is, `more` is awaited: true: look again, false: done (undefined: done).
   */
  read(run: RunId, after: number, more?: () => Promise<boolean>): AsyncIterable<readonly LogLine[]>;
  remove(runs: readonly RunId[]): Promise<void>;
}

/** Bytes that belong to a run: what went in, what came out. Never parsed on the way. */
export interface RunBlobs {
  put(run: RunId, what: "input" | "result", bytes: AsyncIterable<Uint8Array>): Promise<number>;
  get(run: RunId, what: "input" | "result"): Promise<AsyncIterable<Uint8Array> | undefined>;
  remove(runs: readonly RunId[]): Promise<void>;
}
