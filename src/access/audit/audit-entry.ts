import type { Instant } from "../../core/time.ts";
import type { AuditEntry } from "../ports.ts";
import type { Principal } from "../principal.ts";

/**
 * What the audit says of something that somebody does. `object` is `<type>:<id>`, as permissions name it; `detail`
 * says more in a sentence, and never holds the value of a secret.
 */
export const auditEntry = (
  { organization, email, address }: Pick<Principal, "organization" | "email" | "address">,
  now: Instant,
  action: string,
  object: string,
  detail?: string,
): AuditEntry => ({ at: now, organization, actor: email, action, object, address, detail });
