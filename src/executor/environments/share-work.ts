/**
 * Joins those who want the same work at the same time: it is done once for all of them, and aborted when the last of
 * them no longer waits. Work that failed is done anew for who asks later.
 */
export function shareWork<T>() {
  const going = new Map<string, { result: Promise<T>; waiting: number; abort: AbortController }>();

  return async (key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    let shared = going.get(key);
    if (!shared || shared.abort.signal.aborted) {
      const abort = new AbortController();
      const before = shared?.result.catch(() => undefined);
      const made = { result: Promise.resolve(before).then(() => work(abort.signal)), waiting: 0, abort };
      shared = made;
      going.set(key, made);
      const forget = () => {
        if (going.get(key) === made) going.delete(key);
      };
      made.result.then(forget, forget);
    }
    shared.waiting++;
    const leave = Promise.withResolvers<never>();
    const left = () => leave.reject(signal.reason);
    signal.addEventListener("abort", left, { once: true });
    try {
      return await Promise.race([shared.result, leave.promise]);
    } finally {
      signal.removeEventListener("abort", left);
      if (--shared.waiting === 0) shared.abort.abort();
    }
  };
}
