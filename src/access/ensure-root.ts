import type { Instant } from "../core/time.ts";
import { newSecret } from "./new-secret.ts";
import type { AccessStore } from "./ports.ts";
import { hashSecret, verifySecret } from "./secret-hash.ts";

export interface RootLogin {
  readonly email: string;
  /** The password that was made just now and is kept nowhere; undefined: there was one, or it was given. */
  readonly password: string | undefined;
}

const passwordLength = 20;
const defaultRootEmail = "root@example.com";

/**
 * Sees to it that there is one root. The first start takes the given password or makes one; a password or
 * e-mail that is given later replaces what was.
 */
export async function ensureRoot(
  store: Pick<AccessStore, "root" | "putRoot">,
  given: { readonly email: string | undefined; readonly password: string | undefined; readonly now: Instant },
): Promise<RootLogin> {
  const before = await store.root({});
  const email = (given.email ?? before?.email ?? defaultRootEmail).toLowerCase();
  const at = given.now;
  if (given.password !== undefined) {
    const same = before?.email === email && (await verifySecret(before.secretHash, given.password));
    if (!same) await store.putRoot({ email, secretHash: await hashSecret(given.password), at });
    return { email, password: undefined };
  }
  if (before !== undefined) {
    if (before.email !== email) await store.putRoot({ email, secretHash: before.secretHash, at });
    return { email, password: undefined };
  }
  const password = newSecret(passwordLength);
  await store.putRoot({ email, secretHash: await hashSecret(password), at });
  return { email, password };
}
