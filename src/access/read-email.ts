import { AccessError } from "./access-error.ts";

/** What stays one word in an address, a header and `email:password`: no colon, no space, ASCII only. */
const form = /^[a-z0-9.!#$&'*+=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

/** An e-mail as it is kept: in lower case. @throws AccessError INVALID. */
export function readEmail(sent: string): string {
  const email = sent.toLowerCase();
  if (email.length > 254 || !form.test(email)) throw new AccessError("INVALID", "Invalid email");
  return email;
}
