import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { auditService, sealEvery } from "../../../src/access/audit/audit-service.ts";
import type { AuditChainStore } from "../../../src/access/ports/audit-chain.ts";
import { sealWith } from "../../../src/access/secrets/seal.ts";
import { memoryStore, type Store } from "../../../src/store/index.ts";
import { fakeClock } from "./fake-clock.ts";

let store: Store;
let clock: ReturnType<typeof fakeClock>;
const day = 86_400_000;
const seal = sealWith(randomBytes(32), "audit key");

beforeEach(async () => {
  store = await memoryStore();
  clock = fakeClock();
});
afterEach(() => store.close());

const write = (at = clock.now()) =>
  store.access.recordAudit({
    at,
    organization: "default",
    actor: "a@example.com",
    action: "update",
    object: "role:r",
  });
const sealed = async () => (await store.audit.extent({})).lastSeal?.last ?? 0;

function service(more: { store?: AuditChainStore; days?: number } = {}) {
  const reports: string[] = [];
  const heads: number[] = [];
  const made = auditService({
    store: more.store ?? store.audit,
    seal,
    clock,
    days: more.days,
    report: (what, error) => reports.push(`${what}: ${(error as Error).message}`),
    noteHead: (head) => heads.push(head.seal),
  });
  /** Lets it do what is due. */
  const settled = () => vi.waitFor(() => expect(clock.set()).toBe(1));
  return { ...made, reports, heads, settled };
}

describe("the service of the audit", () => {
  it("seals when it starts, then on its clock, and what is left when it stops", async () => {
    const audit = service();
    await write();
    audit.start();
    audit.start();
    await audit.settled();
    expect(await sealed()).toBe(1);
    await write();
    clock.advance(sealEvery - 1);
    expect(await sealed()).toBe(1);
    clock.advance(1);
    await audit.settled();
    expect(await sealed()).toBe(2);
    await write();
    await audit.stop();
    await audit.stop();
    expect(await sealed()).toBe(3);
    expect(clock.set()).toBe(0);
    expect(await audit.verify(undefined)).toMatchObject({ problems: [], sealedThrough: 3 });
  });

  it("goes on after a store that did not answer", async () => {
    let isBroken = true;
    const rows: AuditChainStore["rows"] = (ask) =>
      isBroken ? Promise.reject(new Error("gone")) : store.audit.rows(ask);
    const { extent, seals, addSeal, keys, addKey, prunable, prune } = store.audit;
    const audit = service({ store: { extent, seals, addSeal, keys, addKey, prunable, prune, rows } });
    await write();
    audit.start();
    await audit.settled();
    expect(audit.reports).toEqual(["sealing the audit: gone"]);
    isBroken = false;
    clock.advance(sealEvery);
    await audit.settled();
    expect(await sealed()).toBe(1);
    await audit.stop();
  });

  it("of two servers that seal at once one wins, and the chain is whole", async () => {
    const [one, other] = [service(), service()];
    for (let n = 0; n < 20; n += 1) {
      await write();
      one.start();
      other.start();
      await vi.waitFor(() => expect(clock.set()).toBe(2));
      clock.advance(sealEvery);
    }
    await Promise.all([one.stop(), other.stop()]);
    expect(await one.verify(undefined)).toMatchObject({ problems: [], sealedThrough: 20 });
  });

  it("prunes again soon when that went wrong, and not a day later", async () => {
    let tries = 0;
    const prunable: AuditChainStore["prunable"] = async (ask) => {
      tries += 1;
      if (tries === 1) throw new Error("the disk is full");
      return store.audit.prunable(ask);
    };
    const { extent, rows, seals, addSeal, keys, addKey, prune } = store.audit;
    const chain = { extent, rows, seals, addSeal, keys, addKey, prunable, prune };
    const audit = service({ store: chain, days: 1 });
    await write();
    audit.start();
    await audit.settled();
    expect(audit.reports).toEqual(["sealing the audit: the disk is full"]);
    clock.advance(sealEvery);
    await audit.settled();
    clock.advance(sealEvery);
    await audit.settled();
    expect(tries).toBe(2);
    expect(audit.heads).toEqual([1]);
    await audit.stop();
  });

  it("tells the head of the chain at its start and once a day, and prunes where days are set", async () => {
    const audit = service({ days: 30 });
    await write();
    audit.start();
    await audit.settled();
    await write();
    clock.advance(sealEvery);
    await audit.settled();
    expect(audit.heads).toEqual([1]);
    clock.advance(31 * day);
    await audit.settled();
    expect(audit.heads).toEqual([1, 2]);
    const rows = await store.audit.rows({ after: 0, limit: 10 });
    expect(rows.map(({ number, action }) => `${number} ${action}`)).toEqual(["3 prune"]);
    await audit.stop();
    expect(await audit.verify(undefined)).toMatchObject({ problems: [], first: 3, sealedThrough: 3 });
  });
});
