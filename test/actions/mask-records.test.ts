import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { python } from "./python.ts";

const program = `
import json, logging, sys, main
logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
json.dump(main.main(json.load(sys.stdin), logging.getLogger("test")), sys.stdout)
`;
async function masked(records: unknown, env: Record<string, string> = {}) {
  const { code, out, err } = await python("mask_records", program, { env, input: JSON.stringify(records) });
  expect(code, err).toBe(0);
  return { records: JSON.parse(out) as unknown, err };
}

describe("mask_records", () => {
  it("masks its example, and tells how many places", async () => {
    const example = JSON.parse(readFileSync("actions/mask_records/example.json", "utf8"));
    const { records, err } = await masked(example);
    expect(records).toEqual([
      { host: "web-1", message: "login of [email] failed" },
      { host: "web-2", message: "paid with [card]", retries: 2 },
      { host: "web-2", request: { authorization: "Bearer [token]" } },
    ]);
    expect(err).toContain("INFO masked 3 places in 3 records");
  });

  it("leaves numbers without a card's checksum, and the fields that are to stay", async () => {
    const record = { order: "4111 1111 1111 1112", owner: "a@example.org", note: "a@example.org" };
    expect((await masked([record], { KEEP_FIELDS: "owner, other" })).records).toEqual([
      { ...record, note: "[email]" },
    ]);
  });

  it("goes on over what is no record, and says so", async () => {
    const { records, err } = await masked(["text", { a: "b@example.org" }]);
    expect(records).toEqual([{ a: "[email]" }]);
    expect(err).toContain("WARNING left a record out: it is a str");
  });

  it("takes a long line of look-alikes in its stride", async () => {
    const text = `${"a.".repeat(20_000)}@ ${"1 ".repeat(20_000)}`;
    const { records } = await masked([{ text }]);
    expect(records).toHaveLength(1);
  });
});
