import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parameterSealer, type SecretValues, secretValues } from "../../access/index.ts";
import { canonicalAction } from "../../core/action/canonical.ts";
import { providerDigest } from "../../core/action/canonical-provider.ts";
import type { Project } from "../../core/action/parse-project.ts";
import { actionDigest, codeDigest } from "../../core/bundle/digest.ts";
import type { Run } from "../../core/run/run.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { ksuid } from "../../core/wire/ksuid.ts";
import { runJson } from "../../core/wire/run-json.ts";
import { stepsJson } from "../../core/wire/step-json.ts";
import { createExecutor, parseNetworks } from "../../executor/index.ts";
import { inProcessBell, RunRefused, type RunsService, runsService, systemClock } from "../../runs/index.ts";
import type { Providers } from "../../runs/ports/around.ts";
import { bundleFolders, fileRunBlobs, fileRunLog, memoryStore } from "../../store/index.ts";
import { usageError } from "../cli-error.ts";
import { refusalHint } from "../connection/refusal-hint.ts";
import type { LogEvent, RunJson } from "../connection/wire.ts";
import type { Io } from "../io.ts";
import { neutralise } from "../output/neutralise.ts";
import { findMember, readWorkTree, type ValidMember } from "../repository/work-tree-actions.ts";
import { followRun } from "./follow-run.ts";
import type { RunInput } from "./read-input.ts";

const organization = "default";

/**
 * Runs one action of the work tree here, without a server: the same checks, limits, sandbox and states, over
 * a store that is gone with the process. Schedules do not fire. `ORIGIN_CLUSTER_URL` and
 * `ORIGIN_CLUSTER_TOKEN` of this environment are passed on where they are set; secrets come from `ROTA_SECRET_<NAME>`
 * and the files of `ROTA_SECRETS_DIR`.
 */
export async function runLocally(io: Io, name: string, input: RunInput, json: boolean): Promise<number> {
  const tree = await readWorkTree(io, undefined);
  const member = findMember(io, tree, name, "was not run");
  const httpAllow = networksOf(io);
  const dataDir = await mkdtemp(join(tmpdir(), "rota-local-"));
  const executor = createExecutor({ dataDir, variables: io.env, httpAllow });
  const store = await memoryStore();
  try {
    const bundles = bundleFolders(join(dataDir, "bundles"));
    const actionId = await makeLive(io, member, bundles, store);
    await mkdir(join(dataDir, "runs"));
    const runs = runsService({
      providers: providersOf(tree.project),
      secrets: localSecrets(io),
      sealer: parameterSealer(randomBytes(32)),
      store: store.runs,
      alerts: store.alerts,
      log: fileRunLog(join(dataDir, "runs")),
      blobs: fileRunBlobs(join(dataDir, "runs")),
      bell: inProcessBell(),
      executor,
      environments: executor.environments,
      bundles,
      credentials: { forRun: async () => credentials(io) },
      clock: systemClock(),
      workers: 1,
      ownsStore: true,
      report: (what: string, error: unknown) =>
        io.note(neutralise(`${what}: ${error instanceof Error ? error.message : String(error)}`)),
    });
    await runs.start();
    try {
      return await follow(io, runs, actionId, input, json);
    } finally {
      await runs.stop(0);
    }
  } finally {
    await executor.stop();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What http steps may ask besides public addresses, as on a server. */
function networksOf(io: Io): readonly string[] {
  const read = parseNetworks(io.env.ROTA_HTTP_ALLOW ?? "");
  if ("problem" in read) throw usageError(`ROTA_HTTP_ALLOW ${read.problem}`);
  return read.value;
}

async function makeLive(
  io: Io,
  { action, files, manifest }: ValidMember,
  bundles: ReturnType<typeof bundleFolders>,
  store: Awaited<ReturnType<typeof memoryStore>>,
): Promise<string> {
  const code = codeDigest(files);
  await bundles.put(code, files);
  const now = io.now();
  const actionId = ksuid(now, randomBytes(16));
  await store.registry.createAction({
    version: {
      organization,
      actionId,
      digest: actionDigest(canonicalAction(action), code),
      code,
      // Nobody is told of it, and nothing else starts.
      action: { ...action, events: [], notify: [] },
      blob: code,
      zipFileName: "",
      manifest,
      managedBy: undefined,
      createdBy: "you",
      createdAt: fromMilliseconds(now),
    },
    next: undefined,
  });
  return actionId;
}

/** Those that `rota.yaml` declares, as they lie in the work tree. */
const providersOf = ({ providers }: Project): Providers => ({
  find: async (_, name) => {
    const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
    return provider && { name, provider, digest: providerDigest(provider) };
  },
});

function credentials(io: Io): { url: string; token: string } | undefined {
  const { ORIGIN_CLUSTER_URL: url, ORIGIN_CLUSTER_TOKEN: token } = io.env;
  return url && token ? { url, token } : undefined;
}

/** Of this environment and of files; the server's are its own. */
const localSecrets = ({ env, cwd }: Io): SecretValues =>
  secretValues({
    stored: undefined,
    env,
    folder: { folder: resolve(cwd, env.ROTA_SECRETS_DIR || "/run/secrets"), notThese: [] },
    organizations: [organization],
  });

async function follow(
  io: Io,
  runs: RunsService,
  actionId: string,
  input: RunInput,
  json: boolean,
): Promise<number> {
  const records = "inputs" in input ? Buffer.from(JSON.stringify(input.inputs)) : undefined;
  const started = await runs
    .startRun({
      organization,
      actionId,
      trigger: { kind: "manual" },
      actor: "you",
      parameters: "parameters" in input ? input.parameters : {},
      input: records,
      key: undefined,
      cannotWait: true,
    })
    .catch((error: unknown) => {
      if (error instanceof RunRefused) throw usageError(error.message, refusalHint(error.message));
      throw error;
    });
  const ref = { organization, run: started.id };
  return followRun(io, events(runs, started), {
    json,
    cancel: async () => void (await runs.cancelRun({ ...ref, actor: "you" })),
    finished: (run) => withDetails(runs, run),
  });
}

async function* events(runs: RunsService, { id }: Run): AsyncGenerator<LogEvent> {
  const { signal } = new AbortController();
  const ref = { organization, run: id };
  for await (const batch of runs.log({ ...ref, after: 0, follow: true, signal }))
    for (const line of batch) yield { kind: "line", line };
  yield { kind: "end", run: runJson(await runs.finished(ref, signal)) };
}

async function withDetails(runs: RunsService, run: RunJson): Promise<RunJson> {
  const [steps, result] = await Promise.all([stepsOf(runs, run), resultOf(runs, run)]);
  return { ...run, ...steps, ...result };
}

async function stepsOf(runs: RunsService, { id }: RunJson): Promise<Pick<RunJson, "steps">> {
  const ended = await runs.finished({ organization, run: id }, new AbortController().signal);
  const runbook = await runs.steps(ended);
  return runbook === undefined ? {} : { steps: stepsJson(runbook.action, runbook.steps) };
}

async function resultOf(runs: RunsService, run: RunJson): Promise<Pick<RunJson, "result">> {
  const bytes = await runs.result(run.id);
  if (bytes === undefined) return {};
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return { result: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
}
