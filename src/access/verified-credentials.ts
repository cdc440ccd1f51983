import { createHmac, randomBytes } from "node:crypto";

/** Enough for every account of a large installation; about 1 MB each. */
const capacity = 10_000;

/** A secret, the stored hash that it should have, and whom it was said to be of. */
export interface Credential {
  readonly secretHash: string;
  readonly secret: string;
  readonly account: string;
}

/**
 * Whether a secret is the one of a stored hash. `verify` is asked only when that is not known yet, and once
 * for any number of requests that come together, as those of a client that has just started do.
 */
export type CheckCredential = (credential: Credential, verify: () => Promise<boolean>) => Promise<boolean>;

/**
 * Remembers which secrets were verified, as argon2 for each request would cost more than a run; and which were wrong,
 * so that a script with an old password neither costs anything nor counts as guessing. What is kept is a keyed hash of
 * account, secret and stored hash together, under a key that lives as long as the process: a changed or deleted secret
 * has another stored hash, or none, so an entry can never outlive it.
 */
export function verifiedCredentials(): CheckCredential {
  const key = randomBytes(32);
  const [right, wrong] = [latest(), latest()];
  const pending = new Map<string, Promise<boolean>>();

  return async ({ secretHash, secret, account }, verify) => {
    const print = createHmac("sha256", key)
      .update(JSON.stringify([secretHash, secret, account]))
      .digest("base64");
    if (right.has(print)) return true;
    if (wrong.has(print)) return false;
    const under = pending.get(print) ?? verify().finally(() => pending.delete(print));
    pending.set(print, under);
    const same = await under;
    (same ? right : wrong).add(print);
    return same;
  };
}

/** A set of those that came last. */
function latest(): { has(print: string): boolean; add(print: string): void } {
  const prints = new Set<string>();
  return {
    has: (print) => prints.has(print),
    add(print) {
      const oldest = prints.size >= capacity ? prints.values().next().value : undefined;
      if (oldest !== undefined) prints.delete(oldest);
      prints.add(print);
    },
  };
}
