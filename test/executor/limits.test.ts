import { describe, expect, test } from "vitest";
import { execute, MiB, sharedWorld } from "./world.ts";

describe.each(["full", "basic"] as const)("limits at level %s", (highest) => {
  const { executor, bundle } = sharedWorld({ highest });

  test("memory of one process: its allocation fails, and that is told apart", async () => {
    const { outcome } = await execute(executor, bundle("def main():\n    return len(b'x' * (200 << 20))\n"), {
      limits: { memory: 128 * MiB },
    });
    expect(outcome).toMatchObject({
      end: "out_of_memory",
      reason: "MemoryError (main.py:2): the limit is 128 MiB (resources.memory).",
    });
  });

  test("memory of the tree: processes that are each within the limit", async () => {
    const folder = bundle(`
import os, time
def main():
    for _ in range(6):
        if os.fork() == 0:
            held = bytearray(os.urandom(1 << 20) * 60)
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

  test("a fork bomb stays within its processes, and ends with its run", async () => {
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

  test("a file that grows too large", async () => {
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

  test("many files that are each within the limit", async () => {
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

  test("a flood of output: what fits is kept, the run ends", async () => {
    const { outcome, chunks } = await execute(
      executor,
      bundle("def main():\n    while True: print('y' * 1000)\n"),
      { limits: { output: MiB } },
    );
    expect(outcome).toMatchObject({
      end: "output_limit",
      reason: "It wrote more than 1 MiB of output (resources.output).",
    });
    const size = chunks.reduce((sum, { text }) => sum + text.length + 1, 0);
    expect(size).toBeGreaterThan(0.9 * MiB);
    expect(size).toBeLessThan(1.2 * MiB);
  });

  test("a reader that is slow holds the program, and loses nothing", async () => {
    let seen = 0;
    const { outcome, chunks } = await execute(
      executor,
      bundle("def main():\n    for n in range(4000): print(n, 'z' * 1000)\n"),
      {
        output: async () => {
          if (++seen % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        },
      },
    );
    expect(outcome.end).toBe("succeeded");
    expect(chunks.map(({ text }) => Number(text.split(" ")[0]))).toEqual(
      Array.from({ length: 4000 }, (_, n) => n),
    );
  });

  test("odd bytes: a very long line comes in pieces, invalid UTF-8 is replaced, NUL and escapes stay", async () => {
    const folder = bundle(`
import os, subprocess, sys
def main():
    print("é" * 20000)
    sys.stdout.buffer.write(b"bad \\xff\\xfe byte\\n"); sys.stdout.flush()
    print("nul \\0 escape \\x1b[31m carriage\\r")
    print("lone \\ud800 surrogate")
    os.write(1, b"of the descriptor\\n")
    subprocess.run(["sh", "-c", "echo of a subprocess; echo to stderr >&2"])
`);
    const { chunks } = await execute(executor, folder);
    const texts = chunks.map(({ text }) => text);
    const pieces = texts.filter((text) => text.startsWith("é"));
    expect(pieces.join("")).toBe("é".repeat(20_000));
    expect(Math.max(...pieces.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(16 * 1024);
    for (const text of [
      "bad \ufffd\ufffd byte",
      "nul \0 escape \x1b[31m carriage",
      "lone \\ud800 surrogate",
      "of the descriptor",
      "of a subprocess",
    ])
      expect(texts).toContain(text);
    expect(chunks.find(({ text }) => text === "to stderr")?.stream).toBe("stderr");
    const times = chunks.map(({ at }) => at);
    expect(times.every((at, index) => Number.isInteger(at) && at >= (times[index - 1] ?? 0))).toBe(true);
  });

  test("logging as usual: basicConfig goes to stderr, the logger to the log, each once", async () => {
    const folder = bundle(`
import logging
logging.basicConfig(level=logging.INFO, format="%(name)s %(message)s")
def main(data, logger):
    logging.getLogger("mine").info("one")
    logger.debug("two")
    logger.critical("three")
    try:
        1 / 0
    except ZeroDivisionError:
        logger.exception("four")
    return []
`);
    const { lines } = await execute(executor, folder, { entry: "realtime" });
    expect(lines.slice(0, 5)).toEqual([
      "stderr: mine one",
      "debug: two",
      "critical: three",
      "error: four",
      "error: Traceback (most recent call last):",
    ]);
    expect(lines.at(-1)).toBe("error: ZeroDivisionError: division by zero");
  });
});
