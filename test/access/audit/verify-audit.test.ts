import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAuditKeys } from "../../../src/access/audit/audit-keys.ts";
import { pruneAudit } from "../../../src/access/audit/prune-audit.ts";
import { sealAudit } from "../../../src/access/audit/seal-audit.ts";
import { verifyAudit } from "../../../src/access/audit/verify-audit.ts";
import { changeKey } from "../../../src/access/secrets/change-key.ts";
import { sealWith } from "../../../src/access/secrets/seal.ts";
import type { Store } from "../../../src/store/index.ts";
import { samples } from "../../samples.ts";
import { storeOnThisThread } from "../../store/on-this-thread.ts";

let folder: string;
let store: Store;
const secretKey = randomBytes(32);
const day = 86_400_000_000;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rota-audit-"));
  store = storeOnThisThread(join(folder, "rota.db"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const keysOf = (key = secretKey) => openAuditKeys(store.audit, sealWith(key, "audit key"), 1);
const write = async (count: number, at = 1) => {
  const one = (n: number) =>
    store.access.recordAudit({
      at,
      organization: "default",
      actor: `person-${n}@example.com`,
      action: "update",
      object: `role:r${n}`,
      address: "10.0.0.1",
    });
  await Promise.all(Array.from({ length: count }, (_, n) => one(n)));
};
const seal = async (key = secretKey) => sealAudit(store.audit, (await keysOf(key)).current, 2);
const verify = async (noted?: { seal: number; hash: string }, key = secretKey) =>
  verifyAudit(store.audit, await keysOf(key), noted);
const found = async (...args: Parameters<typeof verify>) =>
  (await verify(...args)).problems.map(({ number, message }) => `${number}: ${message}`);

/** What somebody does who can write the file: with another connection, and without the triggers. */
function tamper(...statements: readonly string[]): void {
  const database = new DatabaseSync(join(folder, "rota.db"));
  const triggers = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`);
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** Five seals of four entries each, and two entries that wait. */
async function twentyTwo() {
  for (let n = 0; n < 5; n += 1) {
    await write(4);
    await seal();
  }
  await write(2);
}

describe("an audit that nobody touched", () => {
  it("verifies, says how far it is sealed, and has a head to note", async () => {
    expect(await verify()).toMatchObject({ problems: [], entries: 0, sealedThrough: 0, head: undefined });
    await twentyTwo();
    const verdict = await verify();
    expect(verdict).toMatchObject({ problems: [], entries: 22, first: 1, sealedThrough: 20, unsealed: 2 });
    expect(verdict.head?.seal).toBe(5);
    await write(3);
    await seal();
    expect(await found(verdict.head)).toEqual([]);
  });

  it("verifies after any division into seals, with any texts", async () => {
    const text = fc.string({ unit: "binary", maxLength: 20 });
    const entry = fc.record({ actor: text, action: text, object: text, detail: text, address: text });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(entry, { maxLength: 5 }), { maxLength: 4 }), async (stretches) => {
        for (const stretch of stretches) {
          for (const one of stretch)
            await store.access.recordAudit({ at: 1, organization: "default", ...one });
          await seal();
        }
        expect(await found()).toEqual([]);
      }),
      samples(10, 200),
    );
  });

  it("is sealed in stretches that a call can hand over", async () => {
    const database = new DatabaseSync(join(folder, "rota.db"));
    const insert = database.prepare(
      "INSERT INTO audit (at, organization, actor, action, object) VALUES (1, 'default', 'a', 'b', ?)",
    );
    database.exec("BEGIN");
    for (let n = 0; n < 1_203; n += 1) insert.run(`x:${n}`);
    database.exec("COMMIT");
    database.close();
    await seal();
    const seals = await store.audit.seals({ after: 0, limit: 10 });
    expect(seals.map(({ first, last }) => [first, last])).toEqual([
      [1, 500],
      [501, 1000],
      [1001, 1203],
    ]);
    expect(await found()).toEqual([]);
  });
});

describe("what somebody did who can write the file is found:", () => {
  beforeEach(twentyTwo);

  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      "a text altered",
      ["UPDATE audit SET actor = 'eve@example.com' WHERE number = 7"],
      ["7: entry 7 is not as it was sealed"],
    ],
    [
      "one character of a detail added",
      ["UPDATE audit SET detail = '' WHERE number = 20"],
      ["20: entry 20 is not as it was sealed"],
    ],
    [
      "an instant moved",
      ["UPDATE audit SET at = at + 1 WHERE number = 1"],
      ["1: entry 1 is not as it was sealed"],
    ],
    [
      "several altered",
      ["UPDATE audit SET outcome = 'refused' WHERE number IN (2, 3, 10)"],
      ["2: entry 2 is not as it was sealed", "10: entry 10 is not as it was sealed"],
    ],
    ["one taken out", ["DELETE FROM audit WHERE number = 7"], ["7: entry 7 is missing"]],
    ["the first ones taken out", ["DELETE FROM audit WHERE number < 4"], ["1: entries 1 to 3 are missing"]],
    [
      "a whole seal's taken out with the seal",
      ["DELETE FROM audit WHERE number BETWEEN 5 AND 8", "DELETE FROM audit_seals WHERE number = 2"],
      ["5: seal 2 is missing before entry 9", "9: entry 9 is not as it was sealed"],
    ],
    [
      "two exchanged",
      [
        "UPDATE audit SET number = -1 WHERE number = 6",
        "UPDATE audit SET number = 6 WHERE number = 7",
        "UPDATE audit SET number = 7 WHERE number = -1",
      ],
      ["6: entry 6 is not as it was sealed"],
    ],
    [
      "one put in before the first",
      [
        "INSERT INTO audit (number, at, organization, actor, action, object) VALUES (0, 1, 'default', 'a', 'b', 'c:d')",
      ],
      ["0: entry 0 was put in before the first one, 1"],
    ],
    [
      "one taken out and another put in its place",
      [
        "DELETE FROM audit WHERE number = 9",
        "INSERT INTO audit (number, at, organization, actor, action, object) VALUES (9, 1, 'default', 'a', 'b', 'c:d')",
      ],
      ["9: entry 9 is not as it was sealed"],
    ],
    [
      "one put in far beyond the last",
      [
        "INSERT INTO audit (number, at, organization, actor, action, object) VALUES (99, 1, 'default', 'a', 'b', 'c:d')",
      ],
      ["23: entries 23 to 98 are missing"],
    ],
    [
      "those that wait for their seal cut off",
      ["DELETE FROM audit WHERE number > 20"],
      ["21: entries 21 to 22 are missing at the end"],
    ],
    [
      "the end cut off with its seals",
      ["DELETE FROM audit WHERE number > 16", "DELETE FROM audit_seals WHERE last > 16"],
      ["17: entries 17 to 22 are missing at the end", "17: seal 5 is missing at the end"],
    ],
    [
      "a seal's hash altered",
      ["UPDATE audit_seals SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE number = 3"],
      ["9: seal 3 was altered", "13: entry 13 is not as it was sealed"],
    ],
    [
      "a seal's marks altered",
      ["UPDATE audit_seals SET marks = replace(marks, substr(marks, 1, 1), 'x') WHERE number = 3"],
      ["9: seal 3 was altered"],
    ],
    [
      "a seal's instant altered",
      ["UPDATE audit_seals SET at = 1 WHERE number = 2"],
      ["5: seal 2 was altered"],
    ],
    [
      "a seal made shorter",
      ["UPDATE audit_seals SET last = 7 WHERE number = 2"],
      ["5: seal 2 was altered", "8: entry 8 is missing"],
    ],
    [
      "a seal made endless",
      ["UPDATE audit_seals SET last = 9000000000000 WHERE number = 5"],
      ["23: entries 23 to 9000000000000 are missing"],
    ],
    [
      "a seal taken away",
      ["DELETE FROM audit_seals WHERE number = 2"],
      ["5: seal 2 is missing before entry 9", "9: entry 9 is not as it was sealed"],
    ],
    [
      "a seal forged",
      [`INSERT INTO audit_seals SELECT 6, 21, 22, 2, 1, '${"0".repeat(64)}', '${"0".repeat(32)}'`],
      ["21: entry 21 is not as it was sealed"],
    ],
    ["all seals taken away", ["DELETE FROM audit_seals"], ["1: seals 1 to 5 are missing at the end"]],
    [
      "the key exchanged",
      ["UPDATE audit_keys SET sealed = 'AAAAAAAAAAA.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA'"],
      [1, 2, 3, 4, 5].map(
        (n) => `${4 * n - 3}: seal ${n} was made with a key (1) that this server does not have`,
      ),
    ],
    [
      "a pruning invented",
      [
        `INSERT INTO audit_pruned VALUES (1, 2, 8, 1, '${"0".repeat(64)}')`,
        "DELETE FROM audit WHERE number <= 8",
        "DELETE FROM audit_seals WHERE number < 2",
      ],
      ["1: the entries before 9 were not taken off by this server's retention"],
    ],
  ];
  it.each(cases)("%s", async (_, statements, problems) => {
    tamper(...statements);
    expect(await found()).toEqual(problems);
  });

  it("everything replaced, where a head was noted", async () => {
    const { head } = await verify();
    tamper(
      "DELETE FROM audit_seals",
      "DELETE FROM audit_keys",
      "DELETE FROM sqlite_sequence WHERE name = 'audit_seals'",
      "UPDATE audit SET actor = 'nobody@example.com'",
    );
    await seal();
    expect(await found()).toEqual([]);
    expect(await found(head)).toEqual([
      "1: seal 5, as it was noted, is not in the chain: what it sealed was replaced or cut off",
    ]);
  });
});

describe("the store itself", () => {
  it("changes, replaces and deletes no entry and no seal", async () => {
    await twentyTwo();
    const database = new DatabaseSync(join(folder, "rota.db"), { timeout: 5000 });
    for (const statement of [
      "UPDATE audit SET actor = 'x'",
      "DELETE FROM audit",
      "DELETE FROM audit WHERE number = 22",
      "REPLACE INTO audit (number, at, organization, actor, action, object) VALUES (3, 1, 'a', 'b', 'c', 'd')",
      "UPDATE audit_seals SET hash = ''",
      "DELETE FROM audit_seals WHERE number = 5",
    ])
      expect(() => database.exec(statement), statement).toThrow(/only added/);
    database.close();
    expect(await found()).toEqual([]);
  });
});

describe("another secret key", () => {
  it("leaves everything verifiable, and what follows is sealed with a key of its own", async () => {
    await twentyTwo();
    const next = randomBytes(32);
    await store.access.setKeyCheck({ text: "old" });
    const from = { key: secretKey, check: "old" };
    await changeKey(store.secrets, from, { key: next, check: "new" });
    await seal(next);
    expect(await found(undefined, next)).toEqual([]);
    const seals = await store.audit.seals({ after: 0, limit: 10 });
    expect(seals.map(({ key }) => key)).toEqual([1, 1, 1, 1, 1, 2]);
    tamper("UPDATE audit SET actor = 'eve@example.com' WHERE number = 3");
    expect(await found(undefined, next)).toEqual(["3: entry 3 is not as it was sealed"]);
  });
});

describe("retention", () => {
  const prune = async (now: number) =>
    pruneAudit(store.audit, (await keysOf()).current, 30, now, new AbortController().signal);

  it("takes whole seals off the oldest end, says so in the audit, and the rest still verifies", async () => {
    for (const at of [0, 1, 40, 41]) {
      await write(3, at * day);
      await seal();
    }
    await prune(60 * day);
    await prune(60 * day);
    expect(await verify()).toMatchObject({ problems: [], first: 7, entries: 7, sealedThrough: 12 });
    await seal();
    expect(await found()).toEqual([]);
    const rows = await store.audit.rows({ after: 0, limit: 100 });
    expect(rows.map(({ number }) => number)).toEqual([7, 8, 9, 10, 11, 12, 13]);
    expect(rows.at(-1)).toMatchObject({ action: "prune", detail: "entries up to 6, older than 30 days" });
    tamper("UPDATE audit SET actor = 'x' WHERE number = 8");
    expect(await found()).toEqual(["8: entry 8 is not as it was sealed"]);
  });

  it("takes off nothing that is not sealed", async () => {
    await write(3, 0);
    await prune(60 * day);
    expect(await verify()).toMatchObject({ problems: [], entries: 3 });
  });

  it("further cuts than the server's are found", async () => {
    for (const at of [0, 1, 40]) {
      await write(3, at * day);
      await seal();
    }
    await prune(60 * day);
    tamper("DELETE FROM audit WHERE number <= 8");
    expect(await found()).toEqual(["7: entries 7 to 8 are missing"]);
  });
});
