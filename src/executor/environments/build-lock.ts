import { rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

/** Between two looks at a lock that another process holds, ms. */
const pause = 200;
const busy = 5;

/**
 * Waits for the lock that `file` stands for, and holds it until the answer is called. The kernel lets go of it with
 * the process, so that a crash leaves nothing to clean up.
 */
export async function holdLock(file: string, signal: AbortSignal): Promise<() => Promise<void>> {
  const { DatabaseSync } = await import("node:sqlite"); // the one way to a lock of the kernel's that Node has
  for (;;) {
    signal.throwIfAborted();
    const lock = new DatabaseSync(file, { timeout: 0 });
    try {
      lock.exec("BEGIN EXCLUSIVE");
      return async () => {
        // Who still waits for this file gets it and finds the work done; who comes later makes another.
        await rm(file, { force: true });
        lock.close();
      };
    } catch (error) {
      lock.close();
      if ((error as { errcode?: unknown }).errcode !== busy) throw error;
    }
    await setTimeout(pause, undefined, { signal });
  }
}
