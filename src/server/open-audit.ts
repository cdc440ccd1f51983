import type { Logger } from "pino";
import {
  type AuditAttempts,
  type AuditService,
  auditAttempts,
  auditService,
  sealWith,
} from "../access/index.ts";
import { fromMilliseconds, type Instant, toMilliseconds } from "../core/time.ts";
import type { Store } from "../store/index.ts";
import type { ServerSecrets } from "./secrets.ts";
import type { Settings } from "./settings.ts";

/** What seals and verifies the audit, and what writes logins and refused attempts into it. */
export function openAudit(
  { auditDays }: Settings,
  store: Store,
  { key }: ServerSecrets,
  now: () => number,
  log: Logger,
): { readonly audit: AuditService; readonly attempts: AuditAttempts } {
  const clock = {
    now: () => fromMilliseconds(now()),
    alarm(at: Instant, ring: () => void) {
      const timer = setTimeout(ring, Math.max(1, toMilliseconds(at) - now())).unref();
      return () => clearTimeout(timer);
    },
  };
  const report = (what: string, error: unknown) => log.error({ err: error }, what);
  return {
    audit: auditService({
      store: store.audit,
      seal: sealWith(key, "audit key"),
      clock,
      days: auditDays,
      report,
      // Where logs are kept elsewhere, it shows later that the chain until here is still the same.
      noteHead: (head) => log.info(head, "the audit is sealed"),
    }),
    attempts: auditAttempts({ store: store.access, clock, report }),
  };
}
