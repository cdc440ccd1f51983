/** Loaded when it is needed: `run --local` hashes nothing. */
const argon2 = () => import("@node-rs/argon2");

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane; about 20 ms on the machines measured. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The argon2id hash of a password or token, in its own text form (salt and cost inside). */
export const hashSecret = async (secret: string): Promise<string> => (await argon2()).hash(secret, cost);

/** Whether a secret has this hash. A damaged hash counts as another one. */
export async function verifySecret(secretHash: string, secret: string): Promise<boolean> {
  const { verify } = await argon2();
  try {
    return await verify(secretHash, secret);
  } catch {
    return false;
  }
}
