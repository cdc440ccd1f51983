import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogLine } from "../../../src/core/run/run.ts";
import { fileRunLog } from "../../../src/store/index.ts";

const run = "2sXyEw7f5sKk8pGk1n0Q0h4cZbB";
const line = (text: string) => ({ at: 5, stream: "stdout", level: undefined, text }) as const;
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => line(`line ${from + index + 1}`));

describe("many readers of one log", () => {
  let folder: string;
  let log: ReturnType<typeof fileRunLog>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rota-readers-"));
    log = fileRunLog(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Follows until the writer is done; `ring` wakes all of them. */
  function followers() {
    let bell = Promise.withResolvers<boolean>();
    const wait = () => bell.promise;
    return {
      ring(more: boolean) {
        const rung = bell;
        bell = Promise.withResolvers<boolean>();
        if (!more) bell.resolve(false);
        rung.resolve(true);
      },
      async follow(after: number, pause = 0) {
        const seen: LogLine[] = [];
        const batches: (readonly LogLine[])[] = [];
        for await (const batch of log.read(run, after, wait)) {
          seen.push(...batch);
          batches.push(batch);
          for (let turns = 0; turns < pause; turns += 1) await new Promise(setImmediate);
        }
        return { seen, batches };
      },
    };
  }

  it("each get every line once, from wherever they begin, however fast they are", async () => {
    const { ring, follow } = followers();
    const total = 30_000;
    const openFiles = () => readdirSync("/proc/self/fd").length;
    const before = openFiles();
    let most = 0;
    const starts = [0, 1, 999, 1000, 15_000, total - 1, total + 5];
    const readers = starts.flatMap((after) => [follow(after), follow(after, 3)]);
    for (let from = 0; from < total; from += 500) {
      await log.append(run, lines(from, from + 500));
      ring(true);
      await new Promise(setImmediate);
      most = Math.max(most, openFiles());
    }
    ring(false);
    const all = await Promise.all(readers);
    for (const [index, { seen }] of all.entries()) {
      const after = starts[Math.floor(index / 2)] ?? 0;
      expect(seen.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: Math.max(0, total - after) }, (_, n) => after + n + 1),
      );
      expect(seen.every(({ sequence, text }) => text === `line ${sequence}`)).toBe(true);
    }
    expect(most).toBeLessThan(before + 5);
  });

  it("share what is read: the same batch, not a copy", async () => {
    await log.append(run, lines(0, 5000));
    const readers = [log.read(run, 0), log.read(run, 0)].map((read) => read[Symbol.asyncIterator]());
    const [first, second] = await Promise.all(readers.map((reader) => reader.next()));
    expect(first?.value).toBe(second?.value);
    for (const reader of readers) await reader.return?.();
  });

  it("wait for the whole of a line that is being written, and read one longer than a block", async () => {
    const { ring, follow } = followers();
    await log.append(run, lines(0, 1));
    const reader = follow(0);
    const file = join(folder, "bB", `${run}.log`);
    const long = JSON.stringify([5, "stdout", null, "z".repeat(300_000)]);
    for (const part of [long.slice(0, 100_000), `${long.slice(100_000)}\n`]) {
      appendFileSync(file, part);
      ring(true);
      await new Promise(setImmediate);
    }
    ring(false);
    const { seen } = await reader;
    expect(seen.map(({ text }) => text.length)).toEqual([6, 300_000]);
  });
});
