import { Readable, type Writable } from "node:stream";
import type { Milliseconds } from "../../core/time.ts";

export interface ViewerRules {
  /** Sent while there is nothing else to send, every so often. */
  readonly beat: { readonly text: string; readonly every: Milliseconds } | undefined;
  /** Who takes nothing for this long is let go. */
  readonly patience: Milliseconds;
  /** The last that such a viewer is sent; undefined: the connection breaks, where an end would look like the end. */
  readonly farewell: string | undefined;
}

/** More than this is not read ahead for a viewer: one piece waits here, one in its connection. */
const ahead = 16 * 1024;

/**
 * What one viewer is sent through `response`. The next piece of `source` is asked for when the last one was
 * taken, so a viewer who is slow costs two pieces of memory and delays nobody.
 */
export function viewerStream(
  source: AsyncIterable<Uint8Array | string>,
  response: Writable,
  { beat, patience, farewell }: ViewerRules,
): Readable {
  const pieces = source[Symbol.asyncIterator]();
  let asking = false;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  const leaveSource = () => {
    ended = true;
    clearTimeout(timer);
    pieces.return?.()?.catch(() => undefined);
  };
  const stream = new Readable({
    highWaterMark: ahead,
    read: () => void next(),
    destroy(error, done) {
      leaveSource();
      done(error);
    },
  });

  /** All is said; who does not take the rest either has its connection closed. */
  const finish = () => {
    ended = true;
    const late = setTimeout(() => response.destroy(), patience);
    response.once("close", () => clearTimeout(late));
    stream.push(null);
  };
  const letGo = () => {
    leaveSource();
    if (farewell === undefined) return response.destroy();
    stream.push(farewell);
    finish();
  };
  const waitForSource = () => {
    if (beat === undefined) return;
    timer = setTimeout(() => {
      waitForSource();
      if (stream.readableLength === 0) stream.push(beat.text);
    }, beat.every);
  };

  async function next(): Promise<void> {
    if (asking || ended) return;
    asking = true;
    clearTimeout(timer);
    waitForSource();
    try {
      const { done, value } = await pieces.next();
      clearTimeout(timer);
      if (ended) return;
      asking = false;
      if (done) return finish();
      // Before the push, which may ask for the next at once.
      timer = setTimeout(letGo, patience);
      stream.push(value);
    } catch (error) {
      stream.destroy(error as Error);
    }
  }
  return stream;
}
