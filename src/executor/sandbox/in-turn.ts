/**
 * Lets those of one key go one after another, in the order they came. Whoever does not want to wait any longer is
 * answered undefined, and was never let through.
 */
export function inTurn() {
  const last = new Map<string, Promise<void>>();

  return async <T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> => {
    const before = last.get(key) ?? Promise.resolve();
    const done = Promise.withResolvers<void>();
    const turn = before.then(() => done.promise);
    last.set(key, turn);
    // Not before it is over for all: one that left early is still between those before it and those behind.
    void turn.then(() => {
      if (last.get(key) === turn) last.delete(key);
    });
    const left = Promise.withResolvers<void>();
    const leave = () => left.resolve();
    signal.addEventListener("abort", leave, { once: true });
    try {
      await Promise.race([before, left.promise]);
      return signal.aborted ? undefined : await work();
    } finally {
      signal.removeEventListener("abort", leave);
      done.resolve();
    }
  };
}
