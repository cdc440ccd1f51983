import { accessVerbs } from "./access/verbs.ts";
import { alertVerbs } from "./alerts/verbs.ts";
import { auditVerbs } from "./audit/verbs.ts";
import { destinationVerbs } from "./destinations/verbs.ts";
import { registryVerbs } from "./registry/verbs.ts";
import { runVerbs } from "./runs/verbs.ts";
import { secretVerbs } from "./secrets/verbs.ts";
import { sessionVerbs } from "./sessions/verbs.ts";

/** Every verb of the store, by area: the one table that the worker looks in and that types `Store.call`. */
export const verbs = {
  runs: runVerbs,
  registry: registryVerbs,
  access: accessVerbs,
  audit: auditVerbs,
  secrets: secretVerbs,
  sessions: sessionVerbs,
  alerts: alertVerbs,
  destinations: destinationVerbs,
} as const;

export type Verbs = typeof verbs;
