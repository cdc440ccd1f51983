import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failedLogins } from "../../src/access/failed-logins.ts";
import { samples } from "../samples.ts";

const limits = { burst: 3, every: 1000 };

describe("failed logins", () => {
  it("may be a few at once, then one at a time", () => {
    let now = 0;
    const logins = failedLogins(() => now);
    for (let failure = 0; failure < 3; failure++) expect(logins.begin("a", limits).wait).toBe(0);
    expect(logins.begin("a", limits).wait).toBe(1000);
    expect(logins.begin("b", limits).wait).toBe(0);
    now = 999;
    expect(logins.begin("a", limits).wait).toBe(1);
    now = 1000;
    expect(logins.begin("a", limits).wait).toBe(0);
    expect(logins.begin("a", limits).wait).toBe(1000);
  });

  it("are forgiven when they succeed, however many come together", () => {
    const logins = failedLogins(() => 0);
    for (let login = 0; login < 100; login++) logins.begin("a", limits).forgive();
    const three = [1, 2, 3].map(() => logins.begin("a", limits));
    const refused = logins.begin("a", limits);
    expect(refused.wait).toBeGreaterThan(0);
    refused.forgive();
    expect(logins.begin("a", limits).wait).toBeGreaterThan(0);
    for (const one of three) one.forgive();
    expect(logins.begin("a", limits).wait).toBe(0);
  });

  it("never let more through than the limit says, even when the clock goes back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -500, max: 1500 }), { maxLength: 60 }), (steps) => {
        let now = 1_000_000;
        let through = 0;
        const logins = failedLogins(() => now);
        let forward = 0;
        for (const step of steps) {
          now += step;
          if (step > 0) forward += step;
          if (logins.begin("a", limits).wait === 0) through++;
        }
        expect(through).toBeLessThanOrEqual(limits.burst + Math.ceil(forward / limits.every));
      }),
      samples(100, 50_000),
    );
  });
});
