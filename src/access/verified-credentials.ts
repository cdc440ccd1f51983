import { createHmac, randomBytes } from "node:crypto";

/** Enough for every account of a large installation; about 1 MB. */
const capacity = 10_000;

/**
 * Whether a secret is the one of a stored hash. `verify` is asked only when that is not known yet, and once
 * for any number of requests that come together, as those of a client that has just started do.
 */
export type CheckCredential = (
  secretHash: string,
  secret: string,
  verify: () => Promise<boolean>,
) => Promise<boolean>;

/**
 * Remembers which secrets were verified, as argon2 for each request would cost more than a run. What is
 * kept is a keyed hash of secret and stored hash together, under a key that lives as long as the process:
 * a changed or deleted secret has another stored hash, or none, so an entry can never outlive it.
 */
export function verifiedCredentials(): CheckCredential {
  const key = randomBytes(32);
  const known = new Set<string>();
  const pending = new Map<string, Promise<boolean>>();

  const remember = (print: string) => {
    const oldest = known.size >= capacity ? known.values().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.add(print);
  };
  return async (secretHash, secret, verify) => {
    const print = createHmac("sha256", key)
      .update(JSON.stringify([secretHash, secret]))
      .digest("base64");
    if (known.has(print)) return true;
    const under = pending.get(print) ?? verify().finally(() => pending.delete(print));
    pending.set(print, under);
    const same = await under;
    if (same) remember(print);
    return same;
  };
}
