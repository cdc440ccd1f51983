import type { RedactedStream } from "../../core/redact/redact-stream.ts";
import type { Redactor } from "../../core/redact/redactor.ts";
import { after, type Instant, type Milliseconds } from "../../core/time.ts";
import type { Clock } from "../ports/around.ts";
import type { Chunk } from "../ports/executor.ts";

/** Output on its way to a log, without secrets. */
export interface RedactedOutput {
  /** Resolves when there is room for more. */
  output(chunk: Chunk): Promise<void>;
  /** Writes what is held back. Idempotent. */
  end(): Promise<void>;
}

/**
 * A stream that says nothing for this long is through with what it was saying: what is held back of it goes out
 * then. Values are printed in one go, and nobody who watches waits longer for a last line.
 */
const quiet: Milliseconds = 200;
/** While one stream is held back, the others wait behind it, up to so many characters; then they overtake. */
const mostWaiting = 256 * 1024;

interface Entry {
  readonly chunk: Chunk;
  /** undefined: held back. */
  text: string | undefined;
}
interface Source {
  readonly redacted: RedactedStream;
  readonly held: Entry[];
  heardAt: Instant;
}

/**
 * Redacts stdout, stderr and log each as one text, and hands chunks on in the order in which they came. What
 * cannot be the beginning of a secret goes on at once.
 */
export function redactOutput(
  redactor: Redactor,
  clock: Clock,
  write: (chunk: Chunk) => Promise<void>,
): RedactedOutput {
  const sources = new Map<Chunk["stream"], Source>();
  let queue: Entry[] = [];
  let waiting = 0;
  let takeBack: (() => void) | undefined;

  /** Called at once for each that is ready, so that none overtakes another; the last has waited for all. */
  const writeReady = async (): Promise<void> => {
    const overtake = waiting > mostWaiting;
    const ready: Entry[] = [];
    const left: Entry[] = [];
    for (const entry of queue)
      (entry.text !== undefined && (overtake || left.length === 0) ? ready : left).push(entry);
    queue = left;
    waiting = left.reduce((sum, { chunk }) => sum + weight(chunk), 0);
    if (left.length > 0) takeBack ??= clock.alarm(after(clock.now(), quiet), endQuiet);
    await Promise.all(ready.map(({ chunk, text = "" }) => write({ ...chunk, text })));
  };

  const endQuiet = () => {
    takeBack = undefined;
    const now = clock.now();
    for (const source of sources.values())
      if (source.held.length > 0 && after(source.heardAt, quiet) <= now)
        settle(source, source.redacted.end());
    void writeReady();
  };

  const sourceOf = (stream: Chunk["stream"]): Source => {
    const known = sources.get(stream);
    if (known !== undefined) return known;
    const source: Source = { redacted: redactor.stream(), held: [], heardAt: clock.now() };
    sources.set(stream, source);
    return source;
  };

  return {
    async output(chunk) {
      const source = sourceOf(chunk.stream);
      const entry: Entry = { chunk, text: undefined };
      source.held.push(entry);
      settle(source, source.redacted.push(chunk.text));
      // Nearly every chunk is ready, and none waits.
      if (queue.length === 0 && entry.text !== undefined) return write({ ...chunk, text: entry.text });
      source.heardAt = clock.now();
      queue.push(entry);
      waiting += weight(chunk);
      if (queue[0]?.text !== undefined || waiting > mostWaiting || takeBack === undefined) await writeReady();
    },
    async end() {
      for (const source of sources.values()) settle(source, source.redacted.end());
      await writeReady();
      takeBack?.();
    },
  };
}

function settle(source: Source, texts: readonly string[]): void {
  const entries = source.held.splice(0, texts.length);
  for (const [index, entry] of entries.entries()) entry.text = texts[index];
}

/** An empty line takes room as well. */
const weight = ({ text }: Chunk): number => text.length + 64;
