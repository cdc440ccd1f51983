import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { parseAction } from "../../../src/core/action/parse-action.ts";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { allSteps, type StepRun } from "../../../src/core/runbook/step-run.ts";
import { createExecutor, type RotaExecutor } from "../../../src/executor/index.ts";
import {
  inProcessBell,
  type RunsParts,
  type RunsService,
  runsService,
  systemClock,
  withoutDeclarations,
} from "../../../src/runs/index.ts";
import type { Version } from "../../../src/runs/ports/run-store.ts";
import { fileRunBlobs, fileRunLog, openStore, type Store } from "../../../src/store/index.ts";
import { someVersion } from "../../contract/run-store.ts";
import { linesOf } from "../world.ts";

/** A run of a runbook that has ended, with everything that a test asks of it. */
export interface Ended {
  readonly run: Run;
  readonly steps: readonly StepRun[];
  readonly log: readonly string[];
}

/** Real clock, real database on disk, real processes. Made before the first test of a file, gone after the last. */
export function realWorld(more: Partial<RunsParts> = {}) {
  let folder: string;
  let store: Store;
  let executor: RotaExecutor;
  let service: RunsService;
  const never = new AbortController().signal;
  let made = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rota-runbooks-"));
    store = await openStore({ path: join(folder, "rota.db") });
    executor = createExecutor({ dataDir: folder, allowHost: true });
    service = runsService({
      ...withoutDeclarations,
      store: store.runs,
      alerts: store.alerts,
      log: fileRunLog(join(folder, "logs")),
      blobs: fileRunBlobs(join(folder, "io")),
      bell: inProcessBell(),
      executor,
      environments: executor.environments,
      bundles: { path: (code) => join(folder, "bundles", code) },
      credentials: { forRun: async () => undefined },
      clock: systemClock(),
      workers: 2,
      grace: 300,
      ownsStore: true,
      report: (what, error) => {
        throw new Error(what, { cause: error });
      },
      ...more,
    });
    await service.start();
  });
  afterAll(async () => {
    await service.stop();
    await executor.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Makes a manifest live, with its files. */
  const place = async (name: string, manifest: string, files: Readonly<Record<string, string>> = {}) => {
    const { action, issues } = parseAction({ bytes: Buffer.from(manifest), file: "action.yaml", name });
    if (action === undefined) throw new Error(issues.map(({ message }) => message).join("\n"));
    made += 1;
    const version: Version = { ...someVersion({}, 1), code: `code-${made}`, action };
    const bundle = join(folder, "bundles", version.code);
    mkdirSync(bundle, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(bundle, path)), { recursive: true });
      writeFileSync(join(bundle, path), text);
    }
    await store.runs.place(version, undefined);
    return version;
  };
  const start = (version: Version, parameters: JsonObject = {}) =>
    service.startRun({
      organization: "default",
      actionId: version.actionId,
      trigger: { kind: "manual" },
      actor: "a@example.com",
      parameters,
      input: undefined,
      key: undefined,
    });
  const ended = async ({ id }: Pick<Run, "id">): Promise<Ended> => {
    const run = await service.finished({ organization: "default", run: id }, never);
    const version = await store.runs.pinned(id);
    if (version?.action.type !== "runbook") throw new TypeError("not a runbook");
    return {
      run,
      steps: allSteps(version.action, run, await store.runs.steps(id)),
      log: (await linesOf(fileRunLog(join(folder, "logs")).read(id, 0))).map(({ text }) => text),
    };
  };
  return {
    place,
    start,
    ended,
    service: () => service,
    store: () => store.runs,
    folder: () => folder,
    /** Places a manifest, runs it, and waits for its end. */
    run: async (manifest: string, parameters: JsonObject = {}, files: Record<string, string> = {}) =>
      ended(await start(await place("try", manifest, files), parameters)),
  };
}

/** Steps as a test reads them: `["succeeded", "skipped"]`. */
export const states = ({ steps }: Ended): readonly string[] => steps.map(({ state }) => state);
export const outputs = ({ steps }: Ended): readonly Record<string, Json>[] =>
  steps.map((step) => step.outputs);
