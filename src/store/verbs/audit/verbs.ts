import { extent } from "./extent.ts";
import { prunable, prune } from "./prune.ts";
import { addKey, addSeal, keys, rows, seals } from "./seals.ts";

/** The verbs of the audit's chain by name: `store.audit` is an AuditChainStore. */
export const auditVerbs = { extent, rows, seals, addSeal, keys, addKey, prunable, prune } as const;
