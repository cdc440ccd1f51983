import type { Bell } from "./ports/around.ts";

/** Rings for listeners of this process, after the caller has gone on, so that none of them can disturb it. */
export function inProcessBell(): Bell {
  const listeners = new Map<string, Set<() => void>>();
  return {
    ring(topic) {
      for (const heard of listeners.get(topic) ?? []) queueMicrotask(heard);
    },
    on(topic, heard) {
      // Each subscription is its own, even of the same function twice.
      const listener = () => heard();
      const all = listeners.get(topic) ?? new Set();
      listeners.set(topic, all.add(listener));
      return () => {
        all.delete(listener);
        if (all.size === 0 && listeners.get(topic) === all) listeners.delete(topic);
      };
    },
  };
}
