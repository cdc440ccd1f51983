import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nodeSqlite } from "../../../src/store/sqlite/dialect.ts";
import { type Answer, runBatch, type VerbTable } from "../../../src/store/sqlite/run-batch.ts";
import { StoreError } from "../../../src/store/store-error.ts";
import type { Database } from "../../../src/store/tables/database.ts";

let database: DatabaseSync;
let db: Kysely<Database>;
beforeEach(() => {
  database = new DatabaseSync(":memory:");
  database.exec("create table notes (text text not null unique) strict");
  db = new Kysely<Database>({ dialect: nodeSqlite(database) });
});
afterEach(() => database.close());

const add = async (on: Kysely<Database>, text: unknown) => {
  await sql`insert into notes values (${text})`.execute(on);
  return text;
};
const verbs: VerbTable = {
  notes: {
    add: add as never,
    async addThenRefuse(on: Kysely<Database>, text: string) {
      await add(on, text);
      throw new StoreError("REFUSED", "It is refused.", { text });
    },
    async addThenBreak(on: Kysely<Database>, text: string) {
      await add(on, text);
      return JSON.parse(text);
    },
  },
};
const run = (...calls: readonly (readonly [verb: string, args: unknown])[]): Promise<readonly Answer[]> =>
  runBatch(
    database,
    db,
    verbs,
    calls.map(([verb, args], id) => ({ id, verb: `notes.${verb}`, args })),
  );
const notes = () =>
  database
    .prepare("select text from notes order by rowid")
    .all()
    .map((row) => row.text);

describe("runBatch", () => {
  it("commits once for all of its calls", async () => {
    const exec = vi.spyOn(database, "exec");
    const answers = await run(["add", "a"], ["add", "b"], ["add", "c"]);
    expect(answers).toEqual([
      { id: 0, result: "a" },
      { id: 1, result: "b" },
      { id: 2, result: "c" },
    ]);
    expect(exec.mock.calls.filter(([text]) => text === "COMMIT")).toHaveLength(1);
    expect(notes()).toEqual(["a", "b", "c"]);
  });

  it("rolls back one that fails, and keeps those around it", async () => {
    const [a, b, c] = await run(["add", "a"], ["addThenRefuse", "b"], ["add", "c"]);
    expect([a, c]).toEqual([
      { id: 0, result: "a" },
      { id: 2, result: "c" },
    ]);
    const failure = { code: "REFUSED", message: "It is refused.", detail: { text: "b" }, frames: undefined };
    expect(b).toEqual({ id: 1, failure });
    expect(notes()).toEqual(["a", "c"]);
  });

  it("tells neither SQL nor values of an error that is not a refusal", async () => {
    const secret = "hunter2 {not json";
    const answers = await run(
      ["add", secret],
      ["add", secret],
      ["addThenBreak", `${secret}!`],
      ["add", new Date(0)],
      ["nothing", secret],
      ["constructor", secret],
    );
    expect(answers.slice(1).map((answer) => "failure" in answer && answer.failure.code)).toEqual([
      "CONSTRAINT",
      "INTERNAL",
      "INTERNAL",
      "INTERNAL",
      "INTERNAL",
    ]);
    const told = JSON.stringify(answers.slice(1));
    expect(told).not.toContain("hunter2");
    expect(told).not.toMatch(/insert into|notes\.text/i);
    expect(notes()).toEqual([secret]);
  });

  it("keeps exactly what it says it kept when the disk is full, and goes on when there is room again", async () => {
    await run(["add", "before"]);
    const { page_count: pages } = database.prepare("pragma page_count").get() as { page_count: number };
    database.exec(`pragma max_page_count = ${pages}`);
    const answers = await run(["add", "small"], ["add", "x".repeat(100_000)], ["add", "after"]);
    const failed = answers.filter((answer) => "failure" in answer);
    expect(failed.length).toBeGreaterThan(0);
    for (const answer of failed) expect(answer).toMatchObject({ failure: { code: "UNAVAILABLE" } });
    const kept = answers.filter((answer) => "result" in answer).map((answer) => answer.result);
    expect(notes()).toEqual(["before", ...kept]);
    database.exec("pragma max_page_count = 100000");
    expect(await run(["add", "again"])).toEqual([{ id: 0, result: "again" }]);
  });
});
