import { fromMilliseconds, type Instant } from "../core/time.ts";
import { AccessError } from "./access-error.ts";
import { type FailedLogins, failedLogins, perAccount, perAddress } from "./failed-logins.ts";
import { newSecret } from "./new-secret.ts";
import type { AccessStore } from "./ports.ts";
import { type Principal, toPrincipal } from "./principal.ts";
import { readAuthorization } from "./read-authorization.ts";
import { type ReceiverAddresses, type SentSignature, senderOf } from "./receiver-addresses.ts";
import type { RunCredentials } from "./run-credentials.ts";
import { hashSecret, verifySecret } from "./secret-hash.ts";
import { verifiedCredentials } from "./verified-credentials.ts";

export interface Attempt {
  /** The header, as it came. */
  readonly authorization: string | undefined;
  readonly organization: string;
  /** Where the request came from, for the limit on failures. */
  readonly address: string;
  /** Of a receiver's signed address; undefined: the route takes none, or none was sent. */
  readonly signature: SentSignature | undefined;
}
export type Authenticate = (attempt: Attempt) => Promise<Principal>;

export interface AuthenticateNeeds {
  readonly store: Pick<AccessStore, "identify" | "identifyToken" | "receiverAddress">;
  readonly runCredentials: RunCredentials;
  readonly receiverAddresses: ReceiverAddresses;
  /** Whether a run has started and not ended. */
  readonly isRunning: (organization: string, run: string) => Promise<boolean>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Makes the one function that says who a request is from: Basic with `email:password`,
 * `email:service-account-token` or a run's credential, Bearer with an API token, or a receiver's signed address. A person that does not
 * exist takes as long as one with another password.
 * The function throws AccessError UNAUTHENTICATED or TOO_MANY_FAILURES.
 */
export async function createAuthenticate(needs: AuthenticateNeeds): Promise<Authenticate> {
  const known = verifiedCredentials();
  const failures = failedLogins(needs.now);
  const nobody = await hashSecret(newSecret(32));
  const instant = (): Instant => fromMilliseconds(needs.now());

  /** A secret that is known already costs no argon2 and passes the limits. */
  const check = (secretHash: string | undefined, secret: string, keys: Keys): Promise<boolean> =>
    known(secretHash ?? nobody, secret, async () => {
      const forgive = count(failures, keys);
      const same = await verifySecret(secretHash ?? nobody, secret);
      if (same) forgive();
      return same && secretHash !== undefined;
    });

  const isRun = async (email: string, password: string, organization: string) => {
    const credential = needs.runCredentials.verify(password, { organization, email }, instant());
    return credential !== undefined && (await needs.isRunning(organization, credential.run));
  };

  return async ({ authorization, organization, address, signature }) => {
    // A header that is sent has to be right, whatever comes beside it.
    if (authorization === undefined && signature !== undefined) {
      const sender = await senderOf(needs, signature, { organization, address });
      if (sender === undefined) throw unauthenticated();
      return sender;
    }
    const login = readAuthorization(authorization);
    if (login === undefined) throw unauthenticated();
    if (login.scheme === "token") {
      const found = await needs.store.identifyToken({ organization, id: login.id, now: instant() });
      const same = await check(found?.tokenHash, login.secret, { address, account: undefined });
      if (!same || found === undefined) throw unauthenticated();
      return toPrincipal(found, organization, "api-token", address);
    }
    const found = await needs.store.identify({ organization, email: login.email });
    if (
      found?.identity.kind === "service-account" &&
      (await isRun(login.email, login.password, organization))
    )
      return toPrincipal(found, organization, "run", address);
    const account = `${organization}\n${login.email}`;
    const same = await check(found?.identity.secretHash, login.password, { address, account });
    if (!same || found === undefined) throw unauthenticated();
    return toPrincipal(found, organization, "secret", address);
  };
}

interface Keys {
  readonly address: string;
  readonly account: string | undefined;
}

/** Counts a login as failed, for its address and its account; the answer takes that back. */
function count(failures: FailedLogins, { address, account }: Keys): () => void {
  const counted = [failures.begin(`address ${address}`, perAddress)];
  if (account !== undefined) counted.push(failures.begin(`account ${account}`, perAccount));
  const forgive = () => {
    for (const one of counted) one.forgive();
  };
  const wait = Math.max(...counted.map((one) => one.wait));
  if (wait > 0) {
    forgive();
    const seconds = Math.ceil(wait / 1000);
    throw new AccessError("TOO_MANY_FAILURES", `Too many failed logins: try again in ${seconds} s`, seconds);
  }
  return forgive;
}

const unauthenticated = (): AccessError => new AccessError("UNAUTHENTICATED", "Unauthorized Access");
