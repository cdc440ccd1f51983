import { createHash } from "node:crypto";
import type { RunId } from "../../core/run/run.ts";
import type { SshTarget } from "../../runs/ports/executor.ts";
import type { Opened } from "./open-connection.ts";

interface Shared {
  readonly run: RunId;
  readonly key: string;
  readonly opened: Promise<Opened>;
  readonly ending: AbortController;
  sessions: number;
}

/** sshd lets ten sessions share a connection if it is not told otherwise (MaxSessions). */
const mostSessions = 8;

/** The connections of runs: tasks of one run that have equal targets share one, until the run is through. */
export function createConnections(open: (target: SshTarget, signal: AbortSignal) => Promise<Opened>) {
  const all = new Set<Shared>();
  let stopped = false;

  function shared(run: RunId, target: SshTarget): Shared {
    const key = keyOf(target);
    for (const one of all) if (one.run === run && one.key === key && one.sessions < mostSessions) return one;
    const ending = new AbortController();
    const made: Shared = { run, key, opened: open(target, ending.signal), ending, sessions: 0 };
    all.add(made);
    return made;
  }

  async function end(ofThem: readonly Shared[]): Promise<void> {
    for (const one of ofThem) {
      all.delete(one);
      one.ending.abort();
    }
    for (const one of ofThem) {
      const opened = await one.opened.catch(() => undefined);
      if (opened !== undefined && !("refused" in opened)) await opened.close();
    }
  }

  /** An open one, made anew where that of before has ended. undefined: `signal` came first. */
  async function connected(one: Shared, signal: AbortSignal): Promise<Opened | undefined> {
    const abort = abortOf(signal);
    try {
      const opened = await Promise.race([one.opened, abort.came]);
      if (opened !== undefined && ("refused" in opened || !opened.alive())) await end([one]);
      return opened;
    } catch (error) {
      await end([one]);
      throw error;
    } finally {
      abort.forget();
    }
  }

  async function use<T>(
    run: RunId,
    target: SshTarget,
    signal: AbortSignal,
    work: (opened: Opened) => Promise<T>,
  ): Promise<T | undefined> {
    if (stopped) return work({ refused: "The server is stopping." });
    const one = shared(run, target);
    one.sessions++;
    try {
      const opened = await connected(one, signal);
      if (opened === undefined) {
        if (one.sessions === 1) void end([one]); // nobody waits for it any more
        return undefined;
      }
      if ("refused" in opened || opened.alive()) return await work(opened);
    } finally {
      one.sessions--;
    }
    return use(run, target, signal, work);
  }

  return {
    /**
     * Has `work` done over a connection to the target. Answers undefined where `signal` came before there was one.
     * @throws whatever `open` and `work` throw
     */
    use,
    /** Ends those of a run. Never rejects. */
    release: (run: RunId) => end([...all].filter((one) => one.run === run)),
    /** Idempotent. */
    stop(): Promise<void> {
      stopped = true;
      return end([...all]);
    },
  };
}

/** `came` resolves when the signal does; a listener that nobody forgets would keep a combined signal in memory. */
function abortOf(signal: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const heard = () => resolve(undefined);
  if (signal.aborted) heard();
  else signal.addEventListener("abort", heard, { once: true });
  return { came: promise, forget: () => signal.removeEventListener("abort", heard) };
}

/** A digest, so that no key of a machine is kept for comparing only. */
const keyOf = (target: SshTarget): string =>
  createHash("sha256").update(JSON.stringify(target)).digest("base64");
