import { readAuthorization } from "../read-authorization.ts";

/**
 * Whom a request that was not let in claims to be from, for the audit; undefined: it names nobody. What is no e-mail is
 * left out: it may be a password that was typed into the wrong field.
 */
export function claimedBy(authorization: string | undefined): string | undefined {
  const login = readAuthorization(authorization);
  if (login === undefined) return undefined;
  if (login.scheme === "token") return `token ${login.id}`;
  return /^[^\s:@]{1,64}@[^\s:@]{1,190}$/.test(login.email) ? login.email : "(no e-mail)";
}
