import { expect, test } from "vitest";
import { bytes, execute, MiB } from "../../executor/world.ts";
import type { UnderTest } from "./under-test.ts";

/** What is written reaches the caller: all of it, in order, as text. */
export function outputContract({ executor, bundle }: UnderTest): void {
  test.concurrent("is called once with data and logger; its list is the result, its lines the log, in order", async () => {
    const folder = bundle({
      "main.py": `
import sys
from helper import shout
if __name__ == "__main__":
    raise SystemExit("not as a script")
def main(data, logger):
    print("first")
    logger.info("got %d", len(data))
    sys.stderr.write("third\\n")
    logger.warning("two\\nlines")
    print("no newline", end="")
    return [shout(item) for item in data]
`,
      "helper.py": "def shout(item): return {k: v.upper() for k, v in item.items()}",
    });
    const { outcome, lines, result } = await execute(executor, folder, {
      entry: "realtime",
      input: bytes('[{"a":"é"},{"b":"x"}]'),
    });
    expect(lines).toEqual([
      "stdout: first",
      "info: got 2",
      "stderr: third",
      "warning: two",
      "warning: lines",
      "stdout: no newline",
    ]);
    expect(result).toEqual([{ a: "É" }, { b: "X" }]);
    expect(outcome).toMatchObject({ end: "succeeded", reason: undefined, exitCode: 0, signal: undefined });
    expect(outcome.peakMemory).toBeGreaterThan(1e6);
  });

  test.concurrent("a flood of output: what fits is kept, the run ends", async () => {
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

  test.concurrent("a reader that is slow holds the program, and loses nothing", async () => {
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

  test.concurrent("odd bytes: a very long line comes in pieces, invalid UTF-8 is replaced, NUL and escapes stay", async () => {
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

  test.concurrent("redirects are the program's own: they lose what it sends away, and nothing else", async () => {
    const folder = bundle(`
import contextlib, io, os, sys
def main(data, logger):
    kept = io.StringIO()
    with contextlib.redirect_stdout(kept):
        print("kept")
    before = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.system("echo sent away")
    os.dup2(before, 1)
    os.system("echo back again")
    sys.stdout = sys.stderr
    print("now to stderr")
    os.dup2(2, 1)
    os.system("echo both to stderr")
    logger.info("logged")
    return [kept.getvalue()]
`);
    const { lines, result } = await execute(executor, folder, { entry: "realtime" });
    expect(result).toEqual(["kept\n"]);
    expect(lines.toSorted()).toEqual([
      "info: logged",
      "stderr: both to stderr",
      "stderr: now to stderr",
      "stdout: back again",
    ]);
  });

  test.concurrent("logging as usual: basicConfig goes to stderr, the logger to the log, each once", async () => {
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
}
