/** Sync: from a git folder to a live server. */

export type { ApplyEvent, ApplyReport, ItemReport } from "./apply/report.ts";
export { planExitCode } from "./exit-codes.ts";
export { findTemplate } from "./gallery/find-template.ts";
export { readGallery, type Template, type TemplateGroup } from "./gallery/gallery.ts";
export { loadRepository } from "./load/load-repository.ts";
export { InvalidRepository } from "./refusal.ts";
export type { PlanRequest } from "./request.ts";
export { apply, plan } from "./sync.ts";
export { rotaServer } from "./targets/rota-server/rota-server.ts";
export { startEntryPointCheck } from "./validate/check-entry-points.ts";
export { findPython } from "./validate/find-python.ts";
export type { ReadMember } from "./validate/read-member.ts";
export { validateFolder } from "./validate/validate-folder.ts";
