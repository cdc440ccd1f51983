export type Say = (line: string) => void;

/** Logs of what several may wait for: who comes later hears what was said before. */
export function sharedLogs() {
  const going = new Map<string, { lines: string[]; listeners: Set<Say> }>();

  return {
    /** Listens until the answer is called. */
    listen(key: string, heard: Say): () => void {
      const log = going.get(key) ?? { lines: [], listeners: new Set<Say>() };
      going.set(key, log);
      for (const line of log.lines) heard(line);
      const own: Say = (line) => heard(line);
      log.listeners.add(own);
      return () => {
        log.listeners.delete(own);
        if (log.listeners.size === 0 && going.get(key) === log) going.delete(key);
      };
    },
    say(key: string, line: string): void {
      const log = going.get(key);
      log?.lines.push(line);
      for (const heard of log?.listeners ?? []) heard(line);
    },
  };
}
