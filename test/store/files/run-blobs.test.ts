import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunBlobs } from "../../../src/runs/ports/run-files.ts";
import { fileRunBlobs } from "../../../src/store/index.ts";

const run = "2sXyEw7f5sKk8pGk1n0Q0h4cZbB";

async function* pieces(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
const whole = async (bytes: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> => {
  if (bytes === undefined) return undefined;
  const found: Uint8Array[] = [];
  for await (const piece of bytes) found.push(piece);
  return Buffer.concat(found).toString();
};

describe("what goes into runs and comes out", () => {
  let folder: string;
  let blobs: RunBlobs;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rota-run-blobs-"));
    blobs = fileRunBlobs(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("keeps bytes as they are, and tells how many", async () => {
    expect(await blobs.put(run, "input", pieces('[{"n":', "12345678901234567890}]"))).toBe(28);
    expect(await blobs.put(run, "result", pieces())).toBe(0);
    expect(await whole(await blobs.get(run, "input"))).toBe('[{"n":12345678901234567890}]');
    expect(await whole(await blobs.get(run, "result"))).toBe("");
  });

  it("replaces what an earlier attempt left", async () => {
    await blobs.put(run, "result", pieces("a longer text"));
    await blobs.put(run, "result", pieces("short"));
    expect(await whole(await blobs.get(run, "result"))).toBe("short");
  });

  it("leaves nothing of bytes that broke off", async () => {
    async function* broken(): AsyncIterable<Uint8Array> {
      yield Buffer.from("a");
      throw new Error("the sender is gone");
    }
    await expect(blobs.put(run, "input", broken())).rejects.toThrow("the sender is gone");
    expect(await blobs.get(run, "input")).toBeUndefined();
    expect(readdirSync(join(folder, "bB"))).toEqual([]);
  });

  it("holds no file for bytes that nobody reads, or not to their end", async () => {
    await blobs.put(run, "input", pieces("x".repeat(200_000)));
    const before = readdirSync("/proc/self/fd").length;
    for (let times = 0; times < 50; times += 1) {
      await blobs.get(run, "input");
      for await (const _ of (await blobs.get(run, "input")) ?? []) break;
    }
    expect(readdirSync("/proc/self/fd").length).toBeLessThan(before + 10);
  });

  it("forgets runs, also those that it never had", async () => {
    await blobs.put(run, "input", pieces("a"));
    await blobs.remove([run, "2sXyEw7f5sKk8pGk1n0Q0h4cZbC"]);
    expect(await blobs.get(run, "input")).toBeUndefined();
  });

  it("makes no path of what is not the id of a run", async () => {
    await expect(blobs.put("../x", "input", pieces("a"))).rejects.toThrow(RangeError);
    await expect(blobs.get("../x", "input")).rejects.toThrow(RangeError);
  });
});
