import { AccessError } from "./access-error.ts";

/** What stays one word in an address, a header and `email:password`: no colon, no space, ASCII only. */
const form = /^[a-z0-9.!#$&'*+=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

/** An e-mail as it is kept: in lower case. @throws AccessError INVALID. */
export function readEmail(sent: string): string {
  // Letters of others than ASCII may become such in lower case: the Kelvin sign is a k.
  const email = sent.replace(/[A-Z]+/g, (part) => part.toLowerCase());
  if (email.length > 254 || !form.test(email)) throw new AccessError("INVALID", "Invalid email");
  return email;
}
