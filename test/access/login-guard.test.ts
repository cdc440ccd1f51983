import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fairGate } from "../../src/access/fair-gate.ts";
import { loginGuard, perKnownPair, perPair, perPlace } from "../../src/access/login-guard.ts";
import { networkOf } from "../../src/access/network-of.ts";
import { samples } from "../samples.ts";

const victim = { account: "victim", address: "198.51.100.7" };
const elsewhere = (machine: number) => `192.0.2.${machine}`;
const right = async () => true;
const wrong = async () => false;
/** "in", "wrong" or "later". */
const outcome = (answer: Promise<boolean>) =>
  answer.then(
    (same) => (same ? "in" : "wrong"),
    (error: { code: string }) => (error.code === "TOO_MANY_FAILURES" ? "later" : error.code),
  );

describe("whoever knows the password", () => {
  it("gets in from their own address, whatever others do elsewhere and whenever", async () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 20_000 }),
      machine: fc.integer({ min: 0, max: 9 }),
      account: fc.constantFrom("victim", "another"),
      times: fc.integer({ min: 1, max: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        let now = 0;
        const guard = loginGuard(() => now);
        for (const { wait, machine, account, times } of steps) {
          now += wait;
          for (let time = 0; time < times; time++)
            await outcome(guard({ account, address: elsewhere(machine) }, wrong));
        }
        expect(await outcome(guard(victim, right))).toBe("in");
      }),
      samples(100, 2_000),
    );
  });

  it("and got in before is not hindered by others at the same address either", async () => {
    const guard = loginGuard(() => 0);
    await guard(victim, right);
    for (let account = 0; account < 40; account++)
      await outcome(guard({ account: `other ${account}`, address: victim.address }, wrong));
    expect(await outcome(guard({ account: "newcomer", address: victim.address }, right))).toBe("later");
    expect(await outcome(guard(victim, right))).toBe("in");
  });
});

describe("guessing", () => {
  it("is let through no more often than the limits say, of a pair and of a place", async () => {
    const steps = fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        async (waits, isKnown, accounts) => {
          let now = 0;
          const guard = loginGuard(() => now);
          const address = elsewhere(1);
          if (isKnown) await guard({ account: "0", address }, right);
          const tried = new Map<string, number>();
          for (const [index, wait] of waits.entries()) {
            now += wait;
            const account = String(index % accounts);
            await outcome(
              guard({ account, address }, async () => {
                tried.set(account, (tried.get(account) ?? 0) + 1);
                return false;
              }),
            );
          }
          for (const [account, times] of tried) {
            const { burst, every } = isKnown && account === "0" ? perKnownPair : perPair;
            expect(times).toBeLessThanOrEqual(burst + Math.ceil(now / every));
          }
          const strange = [...tried].filter(([account]) => !isKnown || account !== "0");
          const all = strange.reduce((sum, [, times]) => sum + times, 0);
          expect(all).toBeLessThanOrEqual(perPlace.burst + Math.ceil(now / perPlace.every));
        },
      ),
      samples(100, 2_000),
    );
  });

  it("never takes more of the processor than two at once, and lets who is known go first", async () => {
    const guard = loginGuard(
      () => 0,
      () => 0.999,
    );
    await guard(victim, right);
    const ends: (() => void)[] = [];
    const order: string[] = [];
    let [inside, most] = [0, 0];
    const slow = (who: string, same: boolean) => async () => {
      order.push(who);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise<void>((end) => ends.push(end));
      inside -= 1;
      return same;
    };
    const attacks = Array.from({ length: 500 }, (_, machine) =>
      outcome(
        guard({ account: "victim", address: `2001:db8:${machine.toString(16)}::1` }, slow("attacker", false)),
      ),
    );
    const login = outcome(guard(victim, slow("victim", true)));
    const all = Promise.all(attacks);
    let done = false;
    all.then(() => {
      done = true;
    });
    while (!done) {
      ends.shift()?.();
      await new Promise((turn) => setImmediate(turn));
    }
    expect(await login).toBe("in");
    expect(most).toBe(2);
    expect(order.indexOf("victim")).toBe(2);
    const told = await all;
    expect(told.filter((one) => one === "wrong")).toHaveLength(2 + 64);
    expect(told.filter((one) => one === "later")).toHaveLength(500 - 66);
  });
});

describe("the gate", () => {
  const limits = { atOnce: 1, waiting: 2, fromOne: 1 };
  const stranger = (from: string) => ({ known: false, from });
  /** Goes in, and stays until the answered function is called. */
  function holding(gate: ReturnType<typeof fairGate>): { held: Promise<unknown>; end: () => void } {
    let end = () => {};
    const until = new Promise<void>((ended) => {
      end = ended;
    });
    return { held: gate(stranger("holder"), () => until), end };
  }

  it("gives a full queue's place to a newcomer as likely as to who waits", async () => {
    for (const [random, first, last] of [
      [0, "full", "done"],
      [0.99, "done", "full"],
    ] as const) {
      const gate = fairGate(limits, () => random);
      const { held, end } = holding(gate);
      const one = gate(stranger("a"), async () => "done");
      const two = gate(stranger("b"), async () => "done");
      const three = gate(stranger("c"), async () => "done");
      end();
      await held;
      expect([await one, await two, await three]).toEqual([first, "done", last]);
    }
  });

  it("lets one place have few of the places, and goes on after work that fails", async () => {
    const gate = fairGate(limits, () => 0);
    const { held, end } = holding(gate);
    const failing = gate(stranger("a"), () => Promise.reject(new Error("broken")));
    expect(await gate(stranger("a"), async () => "done")).toBe("full");
    end();
    await held;
    await expect(failing).rejects.toThrow("broken");
    expect(await gate(stranger("a"), async () => "done")).toBe("done");
  });
});

describe("an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0db8:1::6", "2001:db8:1:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["2001:db8:1:2::192.0.2.1", "2001:db8:1:2::/64"],
  ])("%s is one of %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
