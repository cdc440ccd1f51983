import { describe, expect, it } from "vitest";
import type { BundleFile } from "../../../src/core/bundle/bundle-file.ts";
import { checkPython } from "../../../src/server/actions/check-python.ts";
import { runbook, scheduled } from "../../registry/accept/test-registry.ts";

const file = (path: string, text: string): BundleFile => ({ path, mode: "file", bytes: Buffer.from(text) });
const wrong = "\ndef main(data):\n    pass\n";

describe("the Python of an upload", () => {
  it("is told with file and line where main is not what a run calls", async () => {
    expect(await checkPython(scheduled(), [file("main.py", wrong)], process.env)).toEqual([
      "main.py:2: main of a scheduled action is called without arguments, and this one needs data; write def main():",
    ]);
    expect(await checkPython(scheduled(), [file("main.py", "def main(): pass\n")], process.env)).toEqual([]);
  });

  it("of a runbook is the scripts of its steps, and no other file", async () => {
    const action = runbook({ steps: [{ ...step, program: { kind: "python", file: "report.py" } }] });
    const files = [file("report.py", "x = 1\n"), file("main.py", wrong)];
    expect(await checkPython(action, files, process.env)).toEqual([
      "report.py:1: there is no function main; write def main(data, logger):",
    ]);
  });

  it("is taken as it is where it is long, and where there is no Python", async () => {
    const long = `${"#".repeat(256 * 1024)}\n`;
    expect(await checkPython(scheduled(), [file("main.py", long)], process.env)).toEqual([]);
    expect(await checkPython(scheduled(), [file("main.py", wrong)], { PATH: "/nowhere" })).toEqual([]);
  });
});

const step = {
  id: "report",
  name: "Report",
  provider: "local",
  env: {},
  if: "always",
  timeout: 1000,
  retries: { limit: 0, delay: 0, backoff: "constant" },
  continueOnError: false,
  idempotent: false,
} as const;
