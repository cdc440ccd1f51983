import { AccessError } from "./access-error.ts";

/** OpenObserve's shortest one, in characters. */
const shortest = 8;
/** So that `email:password` still fits into a header, bytes. */
const longest = 512;

/** A password as it may be set. Its text is in no message. @throws AccessError INVALID. */
export function requirePassword(password: string, email: string): void {
  const refuse = (message: string) => {
    throw new AccessError("INVALID", message);
  };
  if ([...password].length < shortest) refuse(`Password must be at least ${shortest} characters long`);
  if (Buffer.byteLength(password) > longest) refuse(`A password has at most ${longest} bytes`);
  if (!password.isWellFormed()) refuse("The password has half of a character");
  if (password.toLowerCase() === email) refuse("The e-mail is no password");
}
