import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { type Instant, toMilliseconds } from "../core/time.ts";

export interface RunCredential {
  readonly organization: string;
  /** The service account that the run acts as. */
  readonly email: string;
  readonly run: string;
  readonly expires: Instant;
}

export interface RunCredentials {
  /** The password part for `email:password` of a run's service account. */
  mint(credential: RunCredential): string;
  /** The run that a password part was made for; undefined: not ours, altered, expired, somebody else's. */
  verify(
    password: string,
    who: { organization: string; email: string },
    now: Instant,
  ): { readonly run: string } | undefined;
}

const form = /^run_([0-9A-Za-z]{27})_([0-9a-z]{1,9})_([0-9a-f]{64})$/;

/**
 * Passwords for the life of one run. A script must be given a credential of its service account
 * (`ORIGIN_CLUSTER_TOKEN`), but the account's own token is kept as a hash only. So each run gets one that
 * is signed with a key derived from the server's secret key and names organization, account, run and
 * expiry. Nothing is stored, nothing can leak from the database, rotating the account's token does not
 * break a run that is under way, and a token that a script prints or sends away is worth nothing once its
 * run has ended: whoever verifies it also asks whether the run is still alive.
 */
export function runCredentials(secretKey: Uint8Array): RunCredentials {
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", "rota run credential 1", 32));
  const sign = (organization: string, email: string, run: string, expiry: string) =>
    createHmac("sha256", key)
      .update(JSON.stringify([organization, email, run, expiry]))
      .digest();
  return {
    mint({ organization, email, run, expires }) {
      const expiry = Math.ceil(toMilliseconds(expires) / 1000).toString(36);
      return `run_${run}_${expiry}_${sign(organization, email, run, expiry).toString("hex")}`;
    },
    verify(password, { organization, email }, now) {
      const [, run, expiry, signature] = form.exec(password) ?? [];
      if (run === undefined || expiry === undefined || signature === undefined) return undefined;
      const expected = sign(organization, email, run, expiry);
      if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) return undefined;
      return Number.parseInt(expiry, 36) * 1000 > toMilliseconds(now) ? { run } : undefined;
    },
  };
}
