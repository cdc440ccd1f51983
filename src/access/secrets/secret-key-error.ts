/** The secret key is missing, unreadable, wrong or public; the message says what to do. */
export class SecretKeyError extends Error {
  override readonly name = "SecretKeyError";
}
