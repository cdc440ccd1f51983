import type { LogLine } from "../../core/run/run.ts";

/** A line of a log. */
export const lineJson = ({ sequence, at, stream, level, text, step }: LogLine): string =>
  JSON.stringify({ sequence, at, stream, level: level ?? null, text, step });
