/** Lets a few at once through for each name, those that came first before the others. */
export interface FewAtOnce {
  /** Resolves when it is this one's turn for all names; the answer ends it. */
  enter(names: readonly string[]): Promise<() => void>;
}

/** @param width how many at once for one name */
export function fewAtOnce(width: number): FewAtOnce {
  const inside = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();

  const leave = (name: string): void => {
    const next = waiting.get(name)?.shift();
    if (next !== undefined) {
      next();
      return;
    }
    waiting.delete(name);
    const left = (inside.get(name) ?? 1) - 1;
    if (left === 0) inside.delete(name);
    else inside.set(name, left);
  };
  const enterOne = (name: string): Promise<void> => {
    const count = inside.get(name) ?? 0;
    if (count < width) {
      inside.set(name, count + 1);
      return Promise.resolve();
    }
    // Whoever leaves hands its place on.
    return new Promise((resolve) => {
      const line = waiting.get(name) ?? [];
      waiting.set(name, line);
      line.push(resolve);
    });
  };
  return {
    async enter(names) {
      // In one order for everybody: nobody waits for whoever waits for them.
      const sorted = [...new Set(names)].sort();
      for (const name of sorted) await enterOne(name);
      return () => {
        for (const name of sorted) leave(name);
      };
    },
  };
}
