import { runs } from "./0001-runs.ts";
import { registry } from "./0002-registry.ts";
import { access } from "./0003-access.ts";
import { runCauses } from "./0004-run-causes.ts";
import { runbooks } from "./0005-runbooks.ts";
import { secrets } from "./0006-secrets.ts";
import { providers } from "./0007-providers.ts";
import { finding } from "./0008-finding.ts";
import { approvals } from "./0009-approvals.ts";
import { alerts } from "./0010-alerts.ts";
import { people } from "./0011-people.ts";
import { sessions } from "./0012-sessions.ts";
import { auditing } from "./0013-auditing.ts";
import { following } from "./0014-following.ts";
import { destinations } from "./0015-destinations.ts";
import { receivers } from "./0016-receivers.ts";
import type { Migration } from "./migrate.ts";

/** Every migration, in order. Add a line for a new one; never edit or remove one that was released. */
export const migrations: readonly Migration[] = [
  runs,
  registry,
  access,
  runCauses,
  runbooks,
  secrets,
  providers,
  finding,
  approvals,
  alerts,
  people,
  sessions,
  auditing,
  following,
  destinations,
  receivers,
];
