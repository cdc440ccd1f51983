import { isFinal, type LogLine, type Run } from "../core/run/run.ts";
import { after } from "../core/time.ts";
import type { Bell, Clock } from "./ports/around.ts";
import type { RunLog } from "./ports/run-files.ts";
import type { RunStore } from "./ports/run-store.ts";
import { RunRefused } from "./run-refused.ts";
import type { RunRef, RunsService } from "./service.ts";

interface Parts {
  readonly store: Pick<RunStore, "get">;
  readonly log: Pick<RunLog, "read">;
  readonly bell: Bell;
  readonly clock: Clock;
}

/** A bell may be lost: look after this long without one, ms. */
const patience = 15_000;

/** Resolves with the run once it has ended. Rejects with `RUN_MISSING` or the signal's reason. */
export async function finished(parts: Parts, ref: RunRef, signal: AbortSignal): Promise<Run> {
  const heard = listen(parts, [`run:${ref.run}`], signal);
  try {
    for (;;) {
      const run = await existing(parts, ref);
      if (isFinal(run.state)) return run;
      await heard.next();
    }
  } finally {
    heard.stop();
  }
}

/** Lines of a run's log after a sequence, in batches; with `follow` until the run has ended. */
export async function* readLog(
  parts: Parts,
  ask: Parameters<RunsService["log"]>[0],
): AsyncIterable<readonly LogLine[]> {
  const { run, after: from, follow, signal } = ask;
  signal.throwIfAborted();
  let ended = isFinal((await existing(parts, ask)).state);
  if (!follow || ended) {
    yield* parts.log.read(run, from);
    return;
  }
  const heard = listen(parts, [`run:${run}`, `log:${run}`], signal);
  const more = async () => {
    // What was written before the end was seen has been read by now.
    if (ended) return false;
    const topic = await heard.next();
    if (topic !== `log:${run}`) ended = isFinal((await existing(parts, ask)).state);
    return true;
  };
  try {
    // It may have ended before anybody listened.
    ended = isFinal((await existing(parts, ask)).state);
    for await (const batch of parts.log.read(run, from, more)) {
      signal.throwIfAborted();
      yield batch;
    }
  } finally {
    heard.stop();
  }
}

async function existing({ store }: Parts, ref: RunRef): Promise<Run> {
  const run = await store.get(ref.organization, ref.run);
  if (run === undefined) throw new RunRefused("RUN_MISSING", "There is no such run.");
  return run;
}

interface Heard {
  /** The first topic that rang since the last call, at once or later; undefined: none for a while. Rejects when aborted. */
  next(): Promise<string | undefined>;
  stop(): void;
}

/** Remembers rings from now on, so that none is missed between looking and waiting. */
function listen({ bell, clock }: Parts, topics: readonly string[], signal: AbortSignal): Heard {
  const rung = new Set<string>();
  let wake: () => void = () => undefined;
  const stops = topics.map((topic) =>
    bell.on(topic, () => {
      rung.add(topic);
      wake();
    }),
  );
  return {
    async next() {
      signal.throwIfAborted();
      if (rung.size === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener("abort", wake);
          const silence = clock.alarm(after(clock.now(), patience), wake);
          stops.push(silence);
        }).finally(() => {
          signal.removeEventListener("abort", wake);
          for (const stop of stops.splice(topics.length)) stop();
        });
      }
      signal.throwIfAborted();
      const [topic] = rung;
      if (topic !== undefined) rung.delete(topic);
      return topic;
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
