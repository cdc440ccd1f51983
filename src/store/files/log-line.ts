import type { LogLine } from "../../core/run/run.ts";
import type { NewLogLine } from "../../runs/ports/run-files.ts";

/** A line of a log file: a JSON list, so that no text can hold a newline. */
export const formatLine = (line: NewLogLine): string =>
  `${JSON.stringify([line.at, line.stream, line.level ?? null, line.text, ...(line.step === undefined ? [] : [line.step])])}\n`;

/** What a line of a log file says; one that the disk damaged says so, and keeps its number. */
export function parseLine(text: string, sequence: number): LogLine {
  try {
    const [at, stream, level, said, step] = JSON.parse(text) as [
      number,
      LogLine["stream"],
      LogLine["level"] | null,
      string,
      string | undefined,
    ];
    const line = { sequence, at, stream, level: level ?? undefined, text: said };
    return step === undefined ? line : { ...line, step };
  } catch {
    return { sequence, at: 0, stream: "system", level: undefined, text: "This line of the log is damaged." };
  }
}
