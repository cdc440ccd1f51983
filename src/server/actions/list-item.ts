import type { Action } from "../../core/action/action.ts";
import type { JsonObject } from "../../core/json.ts";
import { plainEnv } from "../../core/wire/action-form.ts";
import { actionStatus, executionDetailsOf } from "../../core/wire/action-status.ts";
import { withTrailer } from "../../core/wire/description.ts";
import type { AcceptedVersion, LiveAction } from "../../registry/ports.ts";
import type { ActionSummary } from "../../runs/ports/run-store.ts";

/** What Rota adds to OpenObserve's shapes. */
const extras = (live: LiveAction) => ({
  digest: live.digest,
  code_digest: live.code,
  version: live.version,
  zip_file_name: live.zipFileName,
  description: withTrailer(live.description, live.managedBy),
  etag: live.etag,
  managed_by: live.managedBy ?? null,
  protect: live.protect,
  enabled: live.enabled,
  type: live.type,
  category: live.category ?? null,
  tags: live.tags,
  owner: live.owner ?? null,
});

/** An action as `GET /actions` lists it. */
export const listItem = (live: LiveAction, summary: ActionSummary | undefined, starred: boolean) => ({
  id: live.id,
  name: live.name,
  created_at: live.createdAt,
  // OpenObserve says so: equal to created_at means that it never ran.
  last_run_at: summary?.lastRunAt ?? live.createdAt,
  last_successful_at: summary?.lastSucceededAt ?? null,
  created_by: live.createdBy,
  status: actionStatus(summary?.state),
  execution_details_type: executionDetailsOf(live.type, live.timing),
  starred,
  ...extras(live),
});

/** An action as `GET /actions/{id}` shows it. */
export const details = (
  live: LiveAction,
  { action }: AcceptedVersion,
  canonical: (action: Action) => JsonObject,
) => ({
  id: live.id,
  name: live.name,
  environment_variables: plainEnv(action),
  execution_details: executionDetailsOf(live.type, live.timing),
  cron_expr: action.schedule?.timing.kind === "cron" ? action.schedule.timing.expression : null,
  service_account: action.serviceAccount ?? "",
  created_at: live.createdAt,
  created_by: live.createdBy,
  updated_at: live.updatedAt,
  updated_by: live.updatedBy,
  ...extras(live),
  action: canonical(action),
});
