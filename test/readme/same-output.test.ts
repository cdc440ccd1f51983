import { describe, expect, it } from "vitest";
import { consoleBlocks } from "./console-blocks.ts";
import { normalised, sameOutput } from "./same-output.ts";

describe("the comparison of the page with what happens", () => {
  it("takes commands and outputs of console blocks alone", () => {
    const page = "a\n```console\n$ one\n1\n$ two\n```\n```sh\n$ three\n```\n";
    expect(consoleBlocks(page)).toEqual([
      { command: "one", output: ["1"], line: 3 },
      { command: "two", output: [], line: 5 },
    ]);
  });

  it("sees past ids, digests and times", () => {
    const one = "3AbCdEfGhIjKlMnOpQrStUvWxYz  took 12 ms, 3 s ago, 0a1b2c3d4e5f";
    const other = "3ZbCdEfGhIjKlMnOpQrStUvWxYz took 1.4 s,  2 min ago, ffffffffffff";
    expect(normalised(one)).toEqual(normalised(other));
  });

  it("does not care whether a schedule has fired, but whether it failed", () => {
    const row = (status: string) => normalised(`a scheduled  ${status}  1`);
    expect(row("Ready  never")).toEqual(row("Completed  3 s ago  (2026-11-21 02:52:13Z)"));
    expect(row("Ready  never")).not.toEqual(row("Errored  3 s ago  (2026-11-21 02:52:13Z)"));
  });

  it.each([
    [["a", "b"], ["a", "b"], true],
    [["a"], ["a", "b"], false],
    [["a", "b"], ["a"], false],
    [["a", "…", "d"], ["a", "b", "c", "d"], true],
    [["a", "…"], ["a", "b", "c"], true],
    [["…", "c"], ["a", "b"], false],
    [["failed"], ["succeeded"], false],
  ])("compares %j with %j", (page, actual, same) => expect(sameOutput(page, actual)).toBe(same));
});
