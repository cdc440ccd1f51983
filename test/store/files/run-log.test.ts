import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogLine } from "../../../src/core/run/run.ts";
import type { NewLogLine, RunLog } from "../../../src/runs/ports/run-files.ts";
import { fileRunLog } from "../../../src/store/index.ts";

const run = "2sXyEw7f5sKk8pGk1n0Q0h4cZbB";
const line = (text: string, fields: Partial<NewLogLine> = {}): NewLogLine => ({
  at: 5,
  stream: "stdout",
  level: undefined,
  text,
  ...fields,
});
const all = async (batches: AsyncIterable<readonly LogLine[]>): Promise<readonly LogLine[]> => {
  const found: LogLine[] = [];
  for await (const batch of batches) found.push(...batch);
  return found;
};

describe("the log of runs", () => {
  let folder: string;
  let log: RunLog;
  const file = () => join(folder, "bB", `${run}.log`);
  const texts = async (after = 0) => (await all(log.read(run, after))).map((one) => [one.sequence, one.text]);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rota-log-"));
    log = fileRunLog(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("gives back what was appended, numbered from 1", async () => {
    const hostile = '\u0000\n\r"\u2028 \ud800 é 😀\u001b[2J';
    await log.append(run, [line(hostile), line("b", { stream: "log", level: "warning", at: 7 })]);
    await log.append(run, [line("c")]);
    expect(await all(log.read(run, 0))).toEqual([
      { sequence: 1, at: 5, stream: "stdout", level: undefined, text: hostile },
      { sequence: 2, at: 7, stream: "log", level: "warning", text: "b" },
      { sequence: 3, at: 5, stream: "stdout", level: undefined, text: "c" },
    ]);
    expect(await texts(2)).toEqual([[3, "c"]]);
    expect(await texts(3)).toEqual([]);
  });

  it("has no lines for a run that never wrote any", async () => {
    expect(await texts()).toEqual([]);
  });

  it("keeps the order of appends that are not waited for", async () => {
    const wanted = Array.from({ length: 500 }, (_, index) => [index + 1, `line ${index}`]);
    await Promise.all(wanted.map(([, text]) => log.append(run, [line(text as string)])));
    expect(await texts()).toEqual(wanted);
  });

  it("ignores a last line that a crash tore, and goes on after it without a gap", async () => {
    await log.append(run, [line("a"), line("b")]);
    appendFileSync(file(), '[5,"stdout",null,"half of a li');
    expect(await texts()).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    log = fileRunLog(folder);
    await log.append(run, [line("c")]);
    expect(await texts()).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
  });

  it("starts anew where the first line of all was torn, however long it is", async () => {
    await log.append(run, [line("a")]);
    writeFileSync(file(), `[5,"stdout",null,"${"x".repeat(200_000)}`);
    log = fileRunLog(folder);
    await log.append(run, [line("b")]);
    expect(await texts()).toEqual([[1, "b"]]);
  });

  it("keeps the numbers of the lines after a damaged one", async () => {
    await log.append(run, [line("a")]);
    appendFileSync(file(), "\u0000\u0000garbage\n");
    await log.append(run, [line("c")]);
    expect(await texts()).toEqual([
      [1, "a"],
      [2, "This line of the log is damaged."],
      [3, "c"],
    ]);
  });

  it("follows: what is appended while it waits comes, once each, until there is no more", async () => {
    const steps = [
      () => log.append(run, [line("a")]),
      () => log.append(run, [line("b"), line("x".repeat(100_000)), line("c")]),
      () => Promise.resolve(),
    ];
    const more = async () => {
      const next = steps.shift();
      await next?.();
      return next !== undefined;
    };
    const read = await all(log.read(run, 1, more));
    expect(read.map((one) => [one.sequence, one.text.length])).toEqual([
      [2, 1],
      [3, 100_000],
      [4, 1],
    ]);
  });

  it("closes the file when a reader leaves early", async () => {
    await log.append(run, [line("a"), line("b")]);
    const before = readdirSync("/proc/self/fd").length;
    for (let times = 0; times < 50; times += 1) for await (const _ of log.read(run, 0)) break;
    expect(readdirSync("/proc/self/fd").length).toBeLessThan(before + 10);
  });

  it("takes a run's log away, and its file is nobody else's to read", async () => {
    await log.append(run, [line("a")]);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    await log.remove([run]);
    expect(existsSync(file())).toBe(false);
    await log.append(run, [line("b")]);
    expect(await texts()).toEqual([[1, "b"]]);
  });

  it("makes no path of what is not the id of a run", async () => {
    for (const wrong of ["../../etc/passwd", "", `${run}/..`, `${run}\u0000`, "z".repeat(27)]) {
      await expect(log.append(wrong, [line("a")])).rejects.toThrow(RangeError);
      await expect(all(log.read(wrong, 0))).rejects.toThrow(RangeError);
      await expect(log.remove([wrong])).rejects.toThrow(RangeError);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});
