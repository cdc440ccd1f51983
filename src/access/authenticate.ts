import { fromMilliseconds, type Instant } from "../core/time.ts";
import { AccessError } from "./access-error.ts";
import { type LoginAttempt, loginGuard } from "./login-guard.ts";
import { newSecret } from "./new-secret.ts";
import type { AccessStore, ApiToken } from "./ports.ts";
import { type Principal, toPrincipal } from "./principal.ts";
import { readAuthorization } from "./read-authorization.ts";
import { type ReceiverAddresses, type SentSignature, senderOf } from "./receiver-addresses.ts";
import type { RunCredentials } from "./run-credentials.ts";
import { hashSecret, verifySecret } from "./secret-hash.ts";
import { verifiedCredentials } from "./verified-credentials.ts";

export interface Attempt {
  /** The header, as it came. */
  readonly authorization: string | undefined;
  /** The secret of a session, out of its cookie; absent: there was none. */
  readonly session?: string | undefined;
  readonly organization: string;
  /** Where the request came from, for the limit on failures. */
  readonly address: string;
  /** Of a receiver's signed address; undefined: the route takes none, or none was sent. */
  readonly signature: SentSignature | undefined;
}
export type Authenticate = (attempt: Attempt) => Promise<Principal>;

export interface AuthenticateNeeds {
  readonly store: Pick<AccessStore, "identify" | "identifyToken" | "receiverAddress" | "touchToken">;
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
  const guard = loginGuard(needs.now);
  const nobody = await hashSecret(newSecret(32));
  const instant = (): Instant => fromMilliseconds(needs.now());

  /** A secret that is known already costs no argon2 and passes the limits. */
  const check = (secretHash: string | undefined, secret: string, attempt: LoginAttempt): Promise<boolean> =>
    known({ secretHash: secretHash ?? nobody, secret, account: attempt.account }, () =>
      guard(attempt, async () => {
        const same = await verifySecret(secretHash ?? nobody, secret);
        return same && secretHash !== undefined;
      }),
    );

  const touching = new Set<string>();
  /** Without waiting: whether it could be written down is nothing to who asks. */
  const touch = ({ id, lastUsedAt }: ApiToken) => {
    const at = minuteOf(instant());
    if (touching.has(id) || (lastUsedAt !== undefined && lastUsedAt >= at)) return;
    touching.add(id);
    const done = () => touching.delete(id);
    needs.store.touchToken({ id, at }).then(done, done);
  };

  const runOf = async (email: string, password: string, organization: string) => {
    const credential = needs.runCredentials.verify(password, { organization, email }, instant());
    const isAlive = credential !== undefined && (await needs.isRunning(organization, credential.run));
    return isAlive ? credential.run : undefined;
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
      const same = await check(found?.tokenHash, login.secret, { address, account: `token ${login.id}` });
      if (!same || found === undefined) throw unauthenticated();
      touch(found.token);
      return toPrincipal(found, organization, "api-token", address);
    }
    const found = await needs.store.identify({ organization, email: login.email });
    if (found?.identity.kind === "service-account") {
      const run = await runOf(login.email, login.password, organization);
      if (run !== undefined) return { ...toPrincipal(found, organization, "run", address), run };
    }
    const account = `${organization}\n${login.email}`;
    const same = await check(found?.identity.secretHash, login.password, { address, account });
    if (!same || found === undefined) throw unauthenticated();
    return toPrincipal(found, organization, "secret", address);
  };
}

const minute = 60_000_000;
const minuteOf = (at: Instant): Instant => at - (at % minute);

const unauthenticated = (): AccessError => new AccessError("UNAUTHENTICATED", "Unauthorized Access");
