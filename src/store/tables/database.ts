import type { AccessTables } from "./access.ts";
import type { AlertTables } from "./alerts.ts";
import type { DestinationTables } from "./destinations.ts";
import type { FollowingTables } from "./following.ts";
import type { RegistryTables } from "./registry.ts";
import type { RunTables } from "./runs.ts";
import type { SecretTables } from "./secrets.ts";
import type { SessionTables } from "./sessions.ts";

/** Every table of the store, as Kysely sees it; each area declares its own. */
export type Database = RunTables &
  RegistryTables &
  AccessTables &
  SecretTables &
  DestinationTables &
  FollowingTables &
  SessionTables &
  AlertTables;
