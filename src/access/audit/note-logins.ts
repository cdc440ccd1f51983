import { createHmac, randomBytes } from "node:crypto";
import type { Authenticate } from "../authenticate.ts";
import { readAuthorization } from "../read-authorization.ts";
import type { AuditAttempts } from "./audit-attempts.ts";

/**
 * The same, and whoever is let in by a password, an account's token or an API token is written down: each credential
 * once a day from each address, as such clients send it with every request. Runs are in the audit by their start.
 */
export function noteLogins(authenticate: Authenticate, attempts: Pick<AuditAttempts, "login">): Authenticate {
  const key = randomBytes(32);
  return async (attempt) => {
    const principal = await authenticate(attempt);
    const login = readAuthorization(attempt.authorization);
    if (login === undefined || (principal.via !== "secret" && principal.via !== "api-token"))
      return principal;
    const credential = createHmac("sha256", key).update(JSON.stringify(login)).digest("base64");
    const how =
      login.scheme === "token"
        ? `with API token ${login.id}`
        : principal.kind === "service-account"
          ? "with its token"
          : "with a password";
    await attempts.login(principal, credential, how);
    return principal;
  };
}
