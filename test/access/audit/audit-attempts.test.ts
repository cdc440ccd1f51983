import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditAttempts } from "../../../src/access/audit/audit-attempts.ts";
import type { AuditEntry } from "../../../src/access/ports.ts";
import type { Principal } from "../../../src/access/principal.ts";
import { memoryStore, type Store } from "../../../src/store/index.ts";
import { fakeClock } from "./fake-clock.ts";

let store: Store;
let clock: ReturnType<typeof fakeClock>;
let attempts: ReturnType<typeof auditAttempts>;
let written: AuditEntry[];

beforeEach(async () => {
  store = await memoryStore();
  clock = fakeClock();
  written = [];
  attempts = auditAttempts({
    store: {
      recordAudit: (entry) => {
        written.push(entry);
        return store.access.recordAudit(entry);
      },
    },
    clock,
    report: (what) => expect.unreachable(what),
  });
});
afterEach(() => store.close());

const refused = (more: object = {}) =>
  attempts.refused({
    organization: "default",
    actor: "eve@example.com",
    isKnown: false,
    address: "203.0.113.7",
    action: "login",
    route: "GET /api/:org/actions",
    message: "Unauthorized Access",
    ...more,
  });
const minute = 60_000;
/** How many attempts the entries stand for. */
const counted = () => written.reduce((sum, { count = 1 }) => sum + count, 0);

describe("refused attempts", () => {
  it("are written with who, what, and from where, with nothing that draws", async () => {
    await refused({ actor: `eve@example.com\u001b[2J\u202e${"x".repeat(500)}`, message: "a\nb" });
    expect(written).toEqual([
      {
        at: clock.now(),
        organization: "default",
        actor: `eve@example.com?[2J?${"x".repeat(80)}`,
        action: "login",
        object: "route:GET /api/:org/actions",
        address: "203.0.113.7",
        outcome: "refused",
        detail: "a?b",
      },
    ]);
  });

  it("that are the same within a minute are one entry at once and one for all others at its end", async () => {
    for (let n = 0; n < 5_000; n += 1) await refused();
    expect(written).toHaveLength(1);
    clock.advance(minute);
    expect(written.map(({ count }) => count)).toEqual([undefined, 4_999]);
    expect(written[1]?.at).toBe(clock.now());
    await refused();
    expect(written).toHaveLength(3);
    clock.advance(minute);
    expect(written).toHaveLength(3);
    expect(clock.set()).toBe(0);
  });

  it("from one address or one network of IPv6 do not fill the disk, whomever they name", async () => {
    for (const address of ["203.0.113.7", "2001:db8:1:2:"]) {
      written = [];
      for (let n = 0; n < 3_000; n += 1) {
        const from = address.endsWith(":") ? `${address}:${n.toString(16)}` : address;
        await refused({ actor: `p${n}@example.com`, address: from });
      }
      expect(written, address).toHaveLength(20);
      clock.advance(minute);
      expect(written.at(-1)).toMatchObject({ count: 2_980, outcome: "refused", actor: "system" });
      expect(counted()).toBe(3_000);
    }
  });

  it("from everywhere do not fill it either: ten entries a minute go on being written", async () => {
    let sent = 0;
    for (let n = 0; n < 60; n += 1) {
      for (let address = 0; address < 30; address += 1) {
        await refused({ address: `10.${n % 250}.${address}.1`, actor: `p${sent}@example.com` });
        sent += 1;
      }
      clock.advance(minute);
    }
    await attempts.stop();
    expect(counted()).toBe(sent);
    const single = written.filter(({ actor }) => actor !== "system");
    expect(single.length).toBeLessThanOrEqual(200 + 60 * 10);
    expect(single.length).toBeGreaterThan(60 * 10);
  });

  it("of somebody who is known are written while others flood", async () => {
    for (let n = 0; n < 1_000; n += 1)
      await refused({ address: `10.0.${n % 250}.${n}`, actor: `p${n}@x.org` });
    const before = written.length;
    await refused({ isKnown: true, actor: "mallory@example.com", action: "request" });
    expect(written[before]).toMatchObject({ actor: "mallory@example.com", action: "request" });
  });

  it("are not lost when the server stops", async () => {
    for (let n = 0; n < 7; n += 1) await refused();
    await attempts.stop();
    await attempts.stop();
    expect(counted()).toBe(7);
  });
});

describe("logins", () => {
  const ada: Principal = {
    organization: "default",
    email: "ada@example.com",
    kind: "user",
    admin: false,
    grants: [],
    via: "secret",
    address: "10.0.0.1",
  };
  const hour = 60 * minute;

  it("are written once for each credential and address, and again after a day", async () => {
    for (let n = 0; n < 100; n += 1) await attempts.login(ada, "hash 1", "with a password");
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({
      actor: "ada@example.com",
      action: "login",
      object: "user:ada@example.com",
      address: "10.0.0.1",
      detail: "with a password",
    });
    expect(JSON.stringify(written)).not.toContain("hash 1");
    await attempts.login(ada, "hash 2", "with a password");
    await attempts.login({ ...ada, address: "10.0.0.2" }, "hash 1", "with a password");
    await attempts.login({ ...ada, organization: "other" }, "hash 1", "with a password");
    expect(written).toHaveLength(4);
    clock.advance(23 * hour);
    await attempts.login(ada, "hash 1", "with a password");
    expect(written).toHaveLength(4);
    clock.advance(hour);
    await attempts.login(ada, "hash 1", "with a password");
    expect(written).toHaveLength(5);
  });

  it("of one person from ever new addresses are counted beyond a rate", async () => {
    for (let n = 0; n < 500; n += 1) await attempts.login({ ...ada, address: `10.0.1.${n}` }, "h", "how");
    expect(written).toHaveLength(60);
    clock.advance(minute);
    expect(counted()).toBe(500);
    // Nobody was refused.
    expect(written.at(-1)).toMatchObject({ actor: "system", action: "login", outcome: "done", count: 440 });
  });
});
