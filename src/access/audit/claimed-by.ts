import { readAuthorization } from "../read-authorization.ts";

/**
 * Whom a request that was not let in claims to be from, for the audit; undefined: it names nobody. What is no e-mail is
 * left out: it may be a password that was typed into the wrong field.
 */
export function claimedBy(authorization: string | undefined): string | undefined {
  const login = readAuthorization(authorization);
  if (login === undefined) return undefined;
  if (login.scheme === "token") return `token ${login.id}`;
  return claimedEmail(login.email);
}

/** The same of what was given as an e-mail. */
export const claimedEmail = (email: string): string =>
  /^[^\s:@]{1,64}@[^\s:@]{1,190}$/.test(email) ? email : "(no e-mail)";
