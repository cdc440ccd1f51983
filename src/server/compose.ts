import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import {
  createAuthenticate,
  createToken,
  ensureRoot,
  loadSecretKey,
  type RootLogin,
  runCredentials,
  SecretKeyError,
  toPrincipal,
} from "../access/index.ts";
import { canonicalAction } from "../core/action/canonical.ts";
import { after, fromMilliseconds, type Instant } from "../core/time.ts";
import { ksuid } from "../core/wire/ksuid.ts";
import { createExecutor, type RotaExecutor } from "../executor/index.ts";
import { inProcessBell, runsService, systemClock } from "../runs/index.ts";
import {
  bundleFolders,
  fileBlobs,
  fileRunBlobs,
  fileRunLog,
  openStore,
  type Store,
  StoreError,
} from "../store/index.ts";
import { type AppLimits, appLimits, buildApp } from "./app/build-app.ts";
import { createGate } from "./app/gate.ts";
import { listenOn } from "./app/listen-on.ts";
import { dataPaths, folderInUse, makeDataFolder, removePid, writePid } from "./data-folder.ts";
import { createLog } from "./log.ts";
import { connectOpenObserve } from "./openobserve/connect.ts";
import type { OpenObserve } from "./openobserve/port.ts";
import type { Parts } from "./parts.ts";
import { productVersion } from "./product-version.ts";
import { readManifest } from "./read-manifest.ts";
import { credentialsFor } from "./runs/credentials.ts";
import type { Settings } from "./settings.ts";
import { StartError } from "./start-error.ts";

export interface Server {
  /** For `inject()`; answers only after `createServer` has resolved. */
  readonly app: FastifyInstance;
  /** Root, and its password where it was made just now: it is shown nowhere else and never again. */
  readonly login: RootLogin;
  /** An API token of root that ends after an hour: for whoever started the server to set it up, in this process. */
  rootToken(): Promise<string>;
  /** Idempotent. @throws StartError when the port is taken or may not be used. */
  listen(): Promise<{ readonly address: string }>;
  /** Idempotent: ends runs and connections, waits for both no longer than the deadline, lets go of the folder. */
  stop(): Promise<void>;
}

/** What tests and other compositions put in place of the real thing. */
export interface Overrides {
  readonly now?: () => number;
  readonly log?: Logger;
  readonly executor?: RotaExecutor;
  readonly openobserve?: OpenObserve;
  readonly limits?: AppLimits;
}

/** How long connections get to finish when the server stops, ms. */
const drainFor = 10_000;

/** How long the token lasts that the server's own start uses, ms. */
const setUpWithin = 3_600_000;

/**
 * Makes the server: opens its data folder and puts its parts together. Nothing listens yet.
 * @throws StartError, SecretKeyError's sentence as one, StoreError for a newer or damaged database.
 */
export async function createServer(settings: Settings, overrides: Overrides = {}): Promise<Server> {
  const { dataDir } = settings;
  const paths = dataPaths(dataDir);
  const now = overrides.now ?? Date.now;
  const log = overrides.log ?? createLog(settings.log);
  await makeDataFolder(dataDir);
  const store = await openFolder(dataDir, paths.database);
  const executor = overrides.executor ?? createExecutor({ dataDir, variables: settings.variables });
  const closing = new AbortController();
  let address = `http://${hostInUrl(settings.host)}:${settings.port}`;
  const undo: (() => Promise<void>)[] = [
    () => store.close(),
    () => removePid(dataDir),
    () => executor.stop(),
  ];
  const unwind = async () => {
    for (const step of undo.toReversed())
      await step().catch((error: unknown) => log.error({ err: error }, "stop"));
  };
  try {
    await writePid(dataDir, process.pid);
    const credentials = runCredentials(await secretKey(settings, store));
    const login = await ensureRoot(store.access, {
      email: settings.rootEmail,
      password: settings.rootPassword,
      now: fromMilliseconds(now()),
    });
    const openobserve =
      overrides.openobserve ??
      (await connectOpenObserve({
        url: settings.openobserveUrl,
        authorization: settings.openobserveToken && `Basic ${settings.openobserveToken}`,
        path: paths.streams,
        now,
      }));
    undo.push(() => openobserve.stop());
    const bundles = bundleFolders(paths.bundles);
    const bell = inProcessBell();
    const runs = runsService({
      store: store.runs,
      log: fileRunLog(paths.runs),
      blobs: fileRunBlobs(paths.runs),
      bell,
      executor,
      environments: executor.environments,
      bundles,
      credentials: credentialsFor({
        store: store.access,
        runCredentials: credentials,
        address: () => address,
        now,
      }),
      clock: systemClock(),
      workers: settings.workers,
      ownsStore: true,
      report: (what, error) => log.error({ err: error }, what),
    });
    const parts: Parts = {
      settings,
      version: productVersion(),
      store,
      runs,
      actionsChanged: () => bell.ring("runs"),
      registry: {
        store: store.registry,
        blobs: fileBlobs(paths.blobs),
        bundles,
        environments: executor.environments,
        canonical: canonicalAction,
        readManifest,
      },
      authenticate: await createAuthenticate({
        store: store.access,
        runCredentials: credentials,
        isRunning: async (organization, run) =>
          (await store.runs.get(organization, run))?.state === "running",
        now,
      }),
      runCredentials: credentials,
      executor,
      openobserve,
      uploads: createGate(2, 64),
      now,
      newId: () => ksuid(now(), randomBytes(16)),
      address: () => address,
      closing: closing.signal,
    };
    const app = await buildApp(parts, log, overrides.limits ?? appLimits);
    undo.push(() => closeApp(app));
    // Runs that are ending still send their logs here; whoever follows one sees its end.
    undo.push(() => runs.stop().finally(() => closing.abort()));

    let listening: Promise<{ address: string }> | undefined;
    let stopping: Promise<void> | undefined;
    return {
      app,
      login,
      rootToken: () => rootToken(store, login.email, fromMilliseconds(now()), parts.newId),
      listen: () => {
        listening ??= (async () => {
          address = await listenOn(app, settings.host, settings.port);
          await runs.start();
          return { address };
        })();
        return listening;
      },
      stop: () => {
        stopping ??= unwind();
        return stopping;
      },
    };
  } catch (error) {
    await unwind();
    throw error instanceof SecretKeyError ? new StartError(error.message) : error;
  }
}

async function rootToken(store: Store, email: string, at: Instant, newId: () => string): Promise<string> {
  const organization = "default";
  const found = await store.access.identify({ organization, email });
  if (found === undefined) throw new StartError(`There is no login ${email}`);
  const ask = { store: store.access, principal: toPrincipal(found, organization, "secret"), now: at };
  const sent = { name: "start of the server", email: undefined, expiresAt: after(at, setUpWithin) };
  return (await createToken(ask, sent, newId)).text;
}

async function openFolder(dataDir: string, path: string): Promise<Store> {
  try {
    return await openStore({ path });
  } catch (error) {
    if (error instanceof StoreError && error.code === "IN_USE") throw await folderInUse(dataDir);
    throw error instanceof StoreError ? new StartError(error.message) : error;
  }
}

const secretKey = (settings: Settings, store: Store): Promise<Buffer> =>
  loadSecretKey({
    store: store.access,
    dataDir: settings.dataDir,
    key: settings.secretKey,
    keyFile: settings.secretKeyFile,
  });

/** Open streams end by `closing`; whoever still holds a connection at the deadline loses it. */
async function closeApp(app: FastifyInstance): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), drainFor);
  await app.close();
  clearTimeout(deadline);
}

const hostInUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);
