/*
 * Runs: from a trigger to an end that history tells.
 *
 *   const runs = runsService({ store: store.runs, log: fileRunLog(dir), blobs: fileRunBlobs(dir), bell: inProcessBell(),
 *     executor, environments: executor.environments, bundles: bundleFolders(dir), credentials, clock: systemClock(),
 *     workers, ownsStore: true, report });
 *   await runs.start();                                   // recovers, then works; idempotent
 *   const run = await runs.startRun({ organization, actionId, trigger, actor, parameters, input, key: undefined });
 *   const ended = await runs.finished({ organization, run: run.id }, signal);
 *   for await (const lines of runs.log({ organization, run: run.id, after: 0, follow: true, signal })) …
 *   const bytes = await runs.result(ended.id);            // what main returned, as JSON text; undefined: nothing
 *   await runs.cancelRun({ organization, run: run.id, actor });
 *   await runs.stop();                                    // drains, then interrupts; idempotent
 *
 * `startRun` and `cancelRun` reject with RunRefused: a sentence for the user and a code.
 */

export type { DryRun } from "./dry-run/dry-run.ts";
export { inProcessBell } from "./in-process-bell.ts";
export { RunRefused, type RunRefusedCode } from "./run-refused.ts";
export { type TriedProvider, tryProvider } from "./runbook/try-provider.ts";
export { runsService } from "./runs-service.ts";
export type { RunsParts, RunsService } from "./service.ts";
export { checkParameters } from "./start/check-parameters.ts";
export type { StartAsk } from "./start/start-run.ts";
export { systemClock } from "./system-clock.ts";
export { withoutDeclarations } from "./without-declarations.ts";
