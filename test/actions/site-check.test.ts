import { describe, expect, it } from "vitest";
import { python } from "./python.ts";

/* What its python steps say of a run so far; the whole runbook is run by the README's tour. */

const step = async (file: "headers" | "report", steps: object) => {
  const data = JSON.stringify({ parameters: { path: "/health" }, steps });
  const { code, out, err } = await python(
    "site_check",
    `import json, logging, sys, ${file}
logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
print(json.dumps(${file}.main(json.load(sys.stdin), logging.getLogger())))`,
    { input: data },
  );
  return { code, err, outputs: code === 0 ? JSON.parse(out) : undefined };
};
const answer = { status: 200, headers: { "content-security-policy": "x", "referrer-policy": "x" } };
const ask = (state: string, attempts: number, outputs: object = answer) => ({ state, attempts, outputs });

describe("site_check", () => {
  it("names the headers that are missing, and what each is for", async () => {
    const { err, outputs } = await step("headers", { ask: ask("succeeded", 1) });
    expect(outputs).toEqual({ missing: ["strict-transport-security", "x-content-type-options"] });
    expect(err).toContain("WARNING no strict-transport-security: it keeps browsers from asking without TLS");
  });

  it("tells that the site is well, and after how many attempts", async () => {
    const headers = { state: "succeeded", attempts: 1, outputs: { missing: ["referrer-policy"] } };
    const { err, outputs } = await step("report", { ask: ask("succeeded", 2), headers });
    expect(outputs).toEqual({ well: true });
    expect(err).toBe("INFO /health is well: 200 after 2 attempts; headers missing: 1\n");
  });

  it("does not count headers that nobody looked at", async () => {
    const headers = { state: "skipped", attempts: 0, outputs: {} };
    const { err } = await step("report", { ask: ask("succeeded", 1), headers });
    expect(err).toBe("INFO /health is well: 200 at once\n");
  });

  it("reports also when the site did not answer as it should", async () => {
    const headers = { state: "skipped", attempts: 0, outputs: {} };
    const { code, err, outputs } = await step("report", { ask: ask("timed_out", 3, {}), headers });
    expect({ code, outputs }).toEqual({ code: 0, outputs: { well: false } });
    expect(err).toBe("ERROR /health is not well: timed out after 3 attempts\n");
  });
});
