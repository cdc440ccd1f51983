import { describe, expect, it } from "vitest";
import { inProcessBell } from "../../../src/runs/index.ts";
import type { Chunk } from "../../../src/runs/ports/executor.ts";
import type { NewLogLine, RunLog } from "../../../src/runs/ports/run-files.ts";
import { logWriter } from "../../../src/runs/work/log-writer.ts";
import { isSettled } from "../world.ts";

const run = "2sXyEw7f5sKk8pGk1n0Q0h4cZbB";
const chunk = (text: string): Chunk => ({ at: 5, stream: "stdout", level: undefined, text });

/** A disk that counts, and that a test can stop. */
function disk(keep: boolean) {
  const seen = { lines: 0, characters: 0, appends: 0, kept: [] as NewLogLine[], calls: [] as string[] };
  let free: Promise<void> = Promise.resolve();
  const log: RunLog = {
    async append(_, lines) {
      await free;
      seen.lines += lines.length;
      seen.appends += 1;
      for (const { text } of lines) seen.characters += text.length;
      if (keep) seen.kept.push(...lines);
      if (seen.calls.at(-1) !== "append") seen.calls.push("append");
    },
    async sync() {
      seen.calls.push("sync");
    },
    read: async function* () {},
    remove: async () => undefined,
  };
  const stop = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    free = promise;
    return resolve;
  };
  return { log, seen, stop };
}
const writerOn = (log: RunLog, limit: number) => logWriter({ log, bell: inProcessBell() }, run, limit);

describe("the writer of a log", () => {
  it.each([
    ["empty lines", "", 17_000],
    ["long pieces", "x".repeat(16 * 1024), 70],
  ])("makes a producer of %s wait for a slow disk, before they fill the memory", async (_, text, most) => {
    const { log, seen, stop } = disk(false);
    const go = stop();
    const writer = writerOn(log, 2 ** 40);
    let sent = 0;
    let waiting: Promise<void> = Promise.resolve();
    do {
      waiting = writer.output(chunk(text));
      sent += 1;
    } while (sent < 100_000 && (sent % 50 !== 0 || (await isSettled(waiting))));
    // One append is under way, one waits.
    expect(sent).toBeLessThanOrEqual(2 * most + 50);
    go();
    await waiting;
    await writer.close();
    expect(seen.lines).toBe(sent);
  });

  it.each([
    ["lines", "line", 1_000_000],
    ["empty lines", "", 2_000_000],
    ["pieces of one endless line", "x".repeat(16 * 1024), 20_000],
  ])("keeps head and tail of endless %s, and counts what is between", async (_, text, count) => {
    const limit = 100_000;
    const { log, seen } = disk(true);
    const writer = writerOn(log, limit);
    for (let sent = 0; sent < count; sent += 1) await writer.output(chunk(text));
    await writer.output(chunk("the end"));
    await writer.close();
    const note = seen.kept.find(({ stream }) => stream === "system");
    const [, lines, bytes] = /^(\d+) lines \((\d+) bytes\) are left out here/.exec(note?.text ?? "") ?? [];
    expect(seen.lines - 1 + Number(lines)).toBe(count + 1);
    const size = text.length + 1;
    expect(Number(bytes)).toBe(Number(lines) * size);
    expect(seen.characters).toBeLessThan(limit + 300_000);
    expect(seen.kept.at(-1)?.text).toBe("the end");
    expect(seen.kept.indexOf(note!)).toBe(Math.floor(limit / size));
  });

  it("writes the first line at once, and those that come soon after together", async () => {
    const { log, seen } = disk(false);
    const appended = Promise.withResolvers<void>();
    const writer = logWriter(
      { log, bell: { ring: () => appended.resolve(), on: () => () => undefined } },
      run,
      2 ** 30,
    );
    await writer.output(chunk("first"));
    await appended.promise;
    expect(seen).toMatchObject({ lines: 1, appends: 1 });
    for (let sent = 0; sent < 300; sent += 1) {
      await writer.output(chunk("soon after"));
      await Promise.resolve();
    }
    await writer.close();
    expect(seen).toMatchObject({ lines: 301, appends: 2 });
  });

  it("cuts what is longer than a line can be", async () => {
    const { log, seen } = disk(true);
    const writer = writerOn(log, 2 ** 30);
    await writer.output(chunk("y".repeat(10_000_000)));
    await writer.close();
    expect(seen.kept[0]?.text.length).toBe(64 * 1024 + 2);
  });

  it("is closed when all is on the disk, and touches it not where nothing was said", async () => {
    const { log, seen } = disk(false);
    const writer = writerOn(log, 1000);
    for (let sent = 0; sent < 10; sent += 1) await writer.output(chunk("a"));
    await writer.close();
    await writerOn(log, 1000).close();
    expect(seen.calls).toEqual(["append", "sync"]);
  });
});
