import { expect, test } from "vitest";
import { execute, MiB } from "../../executor/world.ts";
import type { UnderTest } from "./under-test.ts";

/** What goes beyond a limit ends, and is told apart. */
export function limitsContract({ executor, bundle }: UnderTest): void {
  test.concurrent("memory of one process: its allocation fails, and that is told apart", async () => {
    const { outcome } = await execute(executor, bundle("def main():\n    return len(b'x' * (200 << 20))\n"), {
      limits: { memory: 128 * MiB },
    });
    expect(outcome).toMatchObject({
      end: "out_of_memory",
      reason: "MemoryError (main.py:2): the limit is 128 MiB (resources.memory).",
    });
  });

  test.concurrent("memory of the tree: processes that are each within the limit", async () => {
    const folder = bundle(`
import os, time
def main():
    for _ in range(6):
        if os.fork() == 0:
            held = bytearray(os.urandom(1 << 20) * 40)
            time.sleep(60)
    time.sleep(60)
`);
    const { outcome } = await execute(executor, folder, { limits: { memory: 128 * MiB } });
    expect(outcome).toMatchObject({
      end: "out_of_memory",
      reason: "It used more than 128 MiB of memory (resources.memory).",
    });
    expect(outcome.peakMemory).toBeGreaterThan(128 * MiB);
  });

  test.concurrent("a fork bomb stays within its processes, and ends with its run", async () => {
    const folder = bundle(`
import os, time
def main():
    made = 0
    try:
        while made < 500:
            if os.fork() == 0:
                time.sleep(60)
            made += 1
    except OSError as error:
        print("refused", error.errno)
    os._exit(0 if made <= 16 else 1)
`);
    const { outcome, lines } = await execute(executor, folder, { limits: { processes: 16 } });
    // As root in level basic no kernel limit counts: then the keeper's own look ends it.
    if (lines[0] === "stdout: refused 11") expect(outcome.exitCode).toBe(0);
    else expect(outcome.reason).toBe("It had more than 16 processes and threads (resources.processes).");
  });

  test.concurrent("a file that grows too large", async () => {
    const folder = bundle(`
def main():
    with open("big", "wb") as file:
        for _ in range(64):
            file.write(b"x" * (1 << 20))
`);
    const { outcome } = await execute(executor, folder, { limits: { disk: 8 * MiB } });
    expect(outcome.reason).toMatch(
      /^OSError: \[Errno (27|28)\] (File too large|No space left on device) \(main\.py:/,
    );
  });

  test.concurrent("many files that are each within the limit", async () => {
    const folder = bundle(`
import time
def main():
    for index in range(64):
        with open(f"file{index}", "wb") as file:
            file.write(b"x" * (1 << 20))
    time.sleep(30)
`);
    const { outcome } = await execute(executor, folder, { limits: { disk: 8 * MiB } });
    expect(outcome.end).toBe("failed");
    expect(outcome.reason).toMatch(
      /No space left on device|It wrote more than 8 MiB of files \(resources\.disk\)\./,
    );
  });
}
