import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runCredentials } from "../../src/access/index.ts";
import { ksuid } from "../../src/core/wire/ksuid.ts";
import { samples } from "../samples.ts";

const key = randomBytes(32);
const run = ksuid(Date.UTC(2026, 0), randomBytes(16));
const made = { organization: "default", email: "a@example.com", run, expires: 2_000_000_000_000_000 };
const who = { organization: made.organization, email: made.email };
const now = made.expires - 1_000_000;

describe("a run's credential", () => {
  const credentials = runCredentials(key);

  it("is one word without a colon, and names its run again", () => {
    const password = credentials.mint(made);
    expect(password).toMatch(/^[A-Za-z0-9_]+$/);
    expect(credentials.verify(password, who, now)).toEqual({ run });
  });

  it("is worth nothing to others, elsewhere, later, or under another key", () => {
    const password = credentials.mint(made);
    expect(credentials.verify(password, { ...who, email: "b@example.com" }, now)).toBeUndefined();
    expect(credentials.verify(password, { ...who, organization: "other" }, now)).toBeUndefined();
    expect(credentials.verify(password, who, made.expires)).toBeUndefined();
    expect(runCredentials(randomBytes(32)).verify(password, who, now)).toBeUndefined();
  });

  it("cannot be altered in any place", () => {
    const password = credentials.mint(made);
    fc.assert(
      fc.property(
        fc.nat(password.length - 1),
        fc.constantFrom(..."0123456789abcdefzAZ_"),
        (place, character) => {
          const altered = password.slice(0, place) + character + password.slice(place + 1);
          if (altered !== password) expect(credentials.verify(altered, who, now)).toBeUndefined();
        },
      ),
      samples(200, 20_000),
    );
  });

  it("is never found in other texts", () => {
    for (const text of [
      "",
      "run_",
      "run__0_",
      `run_${run}_zzzzzzzzz_${"0".repeat(64)}`,
      `run_${run}_1_${"é".repeat(64)}`,
    ])
      expect(credentials.verify(text, who, now)).toBeUndefined();
  });
});
