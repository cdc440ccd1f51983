/** Sync: from a git folder to a live server. */

export { PlanFileError, readPlan, renderJson } from "../core/plan/render/json.ts";
export { renderMarkdown } from "../core/plan/render/markdown.ts";
export { type Palette, plainPalette } from "../core/plan/render/palette.ts";
export { renderText } from "../core/plan/render/text.ts";
export type {
  ApplyEvent,
  ApplyReport,
  Failure,
  ItemReport,
  LedgerReport,
} from "./apply/report.ts";
export { type Runtime, systemRuntime } from "./apply/runtime.ts";
export type { Desired } from "./desired.ts";
export { type ExitCode, exitCodes, planExitCode } from "./exit-codes.ts";
export { type LoadOptions, loadRepository } from "./load/load-repository.ts";
export {
  InvalidRepository,
  PlanStopped,
  PreflightError,
  Refusal,
  StalePlan,
} from "./refusal.ts";
export type { ApplyRequest, PlanRequest } from "./request.ts";
export { apply, plan } from "./sync.ts";
export { type MemoryServer, memoryTarget } from "./targets/memory-target.ts";
export type { ServerAddress } from "./targets/rota-server/http-client.ts";
export { rotaServer } from "./targets/rota-server/rota-server.ts";
export {
  AuthError,
  PreconditionFailed,
  TargetError,
  type TargetErrorCode,
  UnreachableError,
} from "./targets/target-error.ts";
export type { ReadMember } from "./validate/read-member.ts";
export { validateFolder } from "./validate/validate-folder.ts";
export type { Validated } from "./validate/validate-repository.ts";
