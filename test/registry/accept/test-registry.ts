import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Action, RunbookAction, Schedule, ScheduledAction } from "../../../src/core/action/action.ts";
import type { BundleFile } from "../../../src/core/bundle/bundle-file.ts";
import { ksuid } from "../../../src/core/wire/ksuid.ts";
import {
  type AcceptAsk,
  acceptVersion,
  type RegistryParts,
  type Upload,
} from "../../../src/registry/index.ts";
import type { BuildLog, LiveAction, RegistryStore } from "../../../src/registry/ports.ts";
import { fileBlobs } from "../../../src/store/files/blobs.ts";
import { bundleFolders } from "../../../src/store/files/bundle-folders.ts";
import { memoryStore, type Store } from "../../../src/store/index.ts";
import { bundleFolder } from "../../../src/sync/bundle/bundle-folder.ts";

export const cron = (expression: string): Schedule => ({
  timing: { kind: "cron", expression },
  timezone: "UTC",
  catchUp: "none",
  startDeadline: undefined,
  parameters: {},
});

/** A scheduled action with every field, of which a test changes what it is about. */
export const scheduled = (change: Partial<ScheduledAction> = {}): ScheduledAction => ({
  type: "scheduled",
  name: "log_sender",
  schedule: cron("30 12 1 * *"),
  description: "Sends a log",
  category: undefined,
  tags: [],
  owner: undefined,
  estimatedDuration: undefined,
  enabled: true,
  serviceAccount: "sa@example.com",
  env: {},
  parameters: {},
  alerts: [],
  events: [],
  retention: undefined,
  approval: undefined,
  when: undefined,
  timeout: 60_000,
  retries: { limit: 0, delay: 0, backoff: "constant" },
  concurrency: { limit: 1, overlap: "skip" },
  resources: { memory: 1, processes: 1, output: 1, disk: 1 },
  network: true,
  isolation: "best",
  notify: [],
  protect: false,
  ...change,
});

export const runbook = (change: Partial<RunbookAction> = {}): RunbookAction => ({
  ...scheduled(),
  type: "runbook",
  mode: "manual",
  schedule: undefined,
  steps: [],
  ...change,
});

export const file = (path: string, text: string, mode: BundleFile["mode"] = "file"): BundleFile => ({
  path,
  mode,
  bytes: Buffer.from(text),
});
export const code = [file("main.py", "def main():\n    print('hello')\n")];

export interface World {
  readonly data: string;
  readonly store: Store;
  readonly parts: RegistryParts;
  readonly registry: RegistryStore;
  /** Unpacked folders that the environments were asked to prepare. */
  readonly prepared: string[];
  /** Installations that were kept, with their lines. */
  readonly kept: (Parameters<BuildLog["keep"]>[0] & { readonly lines: readonly string[] })[];
  accept(change?: Partial<AcceptAsk>): Promise<LiveAction>;
}

/** A registry on a store and folders of its own; what the executor would do is a literal. */
export async function testRegistry(change: Partial<RegistryParts> = {}): Promise<World> {
  const data = mkdtempSync(join(tmpdir(), "rota-registry-"));
  const store = await memoryStore();
  onTestFinished(async () => {
    await store.close();
    rmSync(data, { recursive: true, force: true });
  });
  const prepared: string[] = [];
  const kept: World["kept"] = [];
  const parts: RegistryParts = {
    store: store.registry,
    blobs: fileBlobs(join(data, "blobs")),
    bundles: bundleFolders(join(data, "bundles")),
    environments: {
      async prepare(bundle) {
        prepared.push(bundle);
        return { folder: undefined };
      },
    },
    builds: {
      begin() {
        const lines: string[] = [];
        return {
          say: (line) => void lines.push(line),
          said: () => lines,
          async keep(of) {
            if (lines.length === 0) return undefined;
            kept.push({ ...of, lines });
            return "the-run";
          },
        };
      },
    },
    canonical: (action) => JSON.parse(JSON.stringify(action)),
    readManifest: (bytes) => ({ action: JSON.parse(Buffer.from(bytes).toString()) as Action }),
    ...change,
  };
  let made = 0;
  const accept = async (ask: Partial<AcceptAsk> = {}) =>
    acceptVersion(parts, {
      organization: "default",
      actor: "ada@example.com",
      id: undefined,
      upload: await upload(),
      ifMatch: undefined,
      now: 1_700_000_000_000_000,
      newId: () => ksuid(1_700_000_000_000, Buffer.alloc(16, ++made)),
      signal: new AbortController().signal,
      ...ask,
    });
  return { data, store, parts, registry: store.registry, prepared, kept, accept };
}

/** An upload of these files, as our own client makes one. */
export async function upload(
  change: Partial<Upload> = {},
  files: readonly BundleFile[] = code,
): Promise<Upload> {
  const { zip, codeDigest } = await bundleFolder(files);
  return {
    action: scheduled(),
    form: undefined,
    zip: { bytes: zip, fileName: "log_sender.zip" },
    manifest: undefined,
    managedBy: undefined,
    codeDigest,
    ...change,
  };
}
