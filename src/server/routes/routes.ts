import type { FastifyInstance } from "fastify";
import type { Parts } from "../parts.ts";
import { actionRoutes } from "./actions.ts";
import { alertRoutes } from "./alerts.ts";
import { approvalLinkRoutes } from "./approval-links.ts";
import { approvalRoutes } from "./approvals.ts";
import { auditRoutes } from "./audit.ts";
import { dryRunRoutes } from "./dry-runs.ts";
import { providerRoutes } from "./providers.ts";
import { roleRoutes } from "./roles.ts";
import { runListRoutes } from "./run-lists.ts";
import { runVersionRoutes } from "./run-version.ts";
import { runRoutes } from "./runs.ts";
import { secretRoutes } from "./secrets.ts";
import { serverRoutes } from "./server.ts";
import { serviceAccountRoutes } from "./service-accounts.ts";
import { sessionRoutes } from "./sessions.ts";
import { streamRoutes } from "./streams.ts";
import { syncRoutes } from "./syncs.ts";
import { templateRoutes } from "./templates.ts";
import { tokenRoutes } from "./tokens.ts";
import { uploadRoutes } from "./upload.ts";
import { userRoutes } from "./users.ts";

/** Every route, by resource. */
export async function routes(app: FastifyInstance, parts: Parts): Promise<void> {
  serverRoutes(app, parts);
  actionRoutes(app, parts);
  uploadRoutes(app, parts);
  serviceAccountRoutes(app, parts);
  providerRoutes(app, parts);
  roleRoutes(app, parts);
  tokenRoutes(app, parts);
  alertRoutes(app, parts);
  userRoutes(app, parts);
  sessionRoutes(app, parts);
  await secretRoutes(app, parts);
  syncRoutes(app, parts);
  auditRoutes(app, parts);
  runListRoutes(app, parts);
  templateRoutes(app);
  approvalRoutes(app, parts);
  await approvalLinkRoutes(app, parts);
  runRoutes(app, parts);
  dryRunRoutes(app, parts);
  runVersionRoutes(app, parts);
  await streamRoutes(app, parts);
}
