import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import {
  approvalLinks,
  createToken,
  ensureRoot,
  type ReceiverAddresses,
  type RootLogin,
  type RunCredentials,
  receiverAddresses,
  runCredentials,
  SecretKeyError,
  toPrincipal,
} from "../access/index.ts";
import { canonicalAction } from "../core/action/canonical.ts";
import { after, fromMilliseconds, type Instant } from "../core/time.ts";
import { ksuid } from "../core/wire/ksuid.ts";
import { createExecutor, type RotaExecutor } from "../executor/index.ts";
import { inProcessBell, runsService, systemClock, tryProvider } from "../runs/index.ts";
import {
  bundleFolders,
  fileBlobs,
  fileRunBlobs,
  fileRunLog,
  openStore,
  type Store,
  StoreError,
} from "../store/index.ts";
import { buildLog } from "./actions/build-log.ts";
import { checkPython } from "./actions/check-python.ts";
import { type AppLimits, appLimits, buildApp } from "./app/build-app.ts";
import { closeApp } from "./app/close-app.ts";
import { createGate } from "./app/gate.ts";
import { listenOn } from "./app/listen-on.ts";
import { approvalAddress } from "./approval-address.ts";
import { dataPaths, folderInUse, makeDataFolder, removePid, writePid } from "./data-folder.ts";
import { createLog } from "./log.ts";
import { smtpMailer } from "./mail/smtp-mailer.ts";
import { openAudit } from "./open-audit.ts";
import { connectOpenObserve } from "./openobserve/connect.ts";
import type { OpenObserve } from "./openobserve/port.ts";
import type { Parts } from "./parts.ts";
import { productVersion } from "./product-version.ts";
import { readManifest } from "./read-manifest.ts";
import { credentialsFor } from "./runs/credentials.ts";
import { declaredProviders } from "./runs/declared-providers.ts";
import { openSecrets, type ServerSecrets } from "./secrets.ts";
import type { Settings } from "./settings.ts";
import { allWaysIn } from "./sign-in/authenticate.ts";
import { connectOidc } from "./sign-in/connect.ts";
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

/** How long the token lasts that the server's own start uses, ms. */
const setUpWithin = 3_600_000;

/**
 * Makes the server: opens its data folder and puts its parts together. Nothing listens yet.
 * @throws StartError with a sentence: the folder is in use, damaged or a newer Rota's, or its key is missing.
 */
export async function createServer(settings: Settings, overrides: Overrides = {}): Promise<Server> {
  const { dataDir } = settings;
  const log = overrides.log ?? createLog(settings.log);
  await makeDataFolder(dataDir);
  const store = await openFolder(dataDir);
  const executor = overrides.executor ?? executorFor(settings, store, log);
  /** What stopping does, from the last to the first. */
  const undo: Undo = [() => store.close(), () => removePid(dataDir), () => executor.stop()];
  const unwind = async () => {
    for (const step of undo.toReversed())
      await step().catch((error: unknown) => log.error({ err: error }, "stop"));
  };
  try {
    await writePid(dataDir, process.pid);
    return await compose({ settings, overrides, log, store, executor, undo, unwind });
  } catch (error) {
    await unwind();
    throw error instanceof SecretKeyError ? new StartError(error.message) : error;
  }
}

function executorFor(
  { dataDir, variables, environmentsSize, allowHostSteps, httpAllow }: Settings,
  store: Store,
  log: Logger,
): RotaExecutor {
  const { path } = bundleFolders(dataPaths(dataDir).bundles);
  const bundlesInUse = async () => (await store.runs.codesInUse()).map(path);
  return createExecutor({
    dataDir,
    variables,
    environmentsSize,
    bundlesInUse,
    allowHost: allowHostSteps,
    httpAllow,
    report: (what) => log.error(what),
  });
}

type Undo = (() => Promise<void>)[];
interface Opened {
  readonly settings: Settings;
  readonly overrides: Overrides;
  readonly log: Logger;
  readonly store: Store;
  readonly executor: RotaExecutor;
  readonly undo: Undo;
  readonly unwind: () => Promise<void>;
}

async function compose(opened: Opened): Promise<Server> {
  const { settings, overrides, log, store, undo, unwind } = opened;
  const now = overrides.now ?? Date.now;
  const closing = new AbortController();
  let address = `http://${hostInUrl(settings.host)}:${settings.port}`;
  const secrets = await openSecrets(settings, store, log);
  const credentials = runCredentials(secrets.key);
  const addresses = receiverAddresses(secrets.key);
  const login = await ensureRoot(store.access, {
    email: settings.rootEmail,
    password: settings.rootPassword,
    now: fromMilliseconds(now()),
  });
  const openobserve = overrides.openobserve ?? (await connect(settings, now));
  undo.push(() => openobserve.stop());
  const parts = await makeParts(opened, {
    openobserve,
    credentials,
    receiverAddresses: addresses,
    secrets,
    now,
    address: () => address,
    closing: closing.signal,
  });
  const app = await buildApp(parts, log, overrides.limits ?? appLimits);
  undo.push(parts.audit.stop, parts.attempts.stop, () => closeApp(app));
  // Runs that are ending still send their logs here; whoever follows one sees its end.
  undo.push(() => parts.runs.stop().finally(() => closing.abort()));

  let listening: Promise<{ address: string }> | undefined;
  let stopping: Promise<void> | undefined;
  return {
    app,
    login,
    rootToken: () => rootToken(store, login.email, fromMilliseconds(now()), parts.newId),
    listen: () => {
      listening ??= (async () => {
        address = await listenOn(app, settings.host, settings.port);
        parts.audit.start();
        await parts.runs.start();
        return { address };
      })();
      return listening;
    },
    stop: () => {
      stopping ??= unwind();
      return stopping;
    },
  };
}

interface Made {
  readonly openobserve: OpenObserve;
  readonly credentials: RunCredentials;
  readonly receiverAddresses: ReceiverAddresses;
  readonly secrets: ServerSecrets;
  readonly now: () => number;
  readonly address: () => string;
  readonly closing: AbortSignal;
}

async function makeParts({ settings, log, store, executor }: Opened, made: Made): Promise<Parts> {
  const { now, credentials: runCredentials, secrets } = made;
  const paths = dataPaths(settings.dataDir);
  const bundles = bundleFolders(paths.bundles);
  const bell = inProcessBell();
  const { environments } = executor;
  const runLog = fileRunLog(paths.runs);
  const newId = () => ksuid(now(), randomBytes(16));
  const report = (what: string, error: unknown) => log.error({ err: error }, what);
  const declared = {
    secrets: secrets.values,
    sealer: secrets.sealer,
    providers: declaredProviders(store.registry),
  };
  const links = approvalLinks(secrets.key);
  const runs = runsService({
    ...declared,
    store: store.runs,
    alerts: store.alerts,
    log: runLog,
    blobs: fileRunBlobs(paths.runs),
    bell,
    executor,
    environments,
    bundles,
    credentials: credentialsFor({ ...made, store: store.access, runCredentials }),
    clock: systemClock(),
    workers: settings.workers,
    grace: settings.grace,
    mailer: settings.mail && smtpMailer(settings.mail),
    approvalLink: approvalAddress(store, links, settings.publicUrl),
    retention: { keep: settings.keepRuns, days: settings.keepDays },
    alertLimits: { perAction: settings.alertsPerAction, perReceiver: settings.alertsPerReceiver },
    ownsStore: true,
    report,
  });
  const auditing = openAudit(settings, store, secrets, now, log);
  const isRunning = async (organization: string, run: string) =>
    (await store.runs.get(organization, run))?.state === "running";
  return {
    ...made,
    settings,
    version: productVersion(),
    store,
    runs,
    executor,
    tryProvider: (organization, name) =>
      tryProvider({ ...declared, executor }, { organization, name, run: newId(), signal: made.closing }),
    declarationsChanged: () => bell.ring("runs"),
    registry: {
      store: store.registry,
      blobs: fileBlobs(paths.blobs),
      bundles,
      environments,
      builds: buildLog({ store: store.runs, log: runLog, now: () => fromMilliseconds(now()), newId, report }),
      canonical: canonicalAction,
      readManifest,
      checkPython: (action, files) => checkPython(action, files, settings.variables),
    },
    approvalLinks: links,
    ...auditing,
    authenticate: await allWaysIn(
      { store, runCredentials, receiverAddresses: made.receiverAddresses, isRunning, now },
      settings,
    ),
    oidc: connectOidc(settings, { now, address: made.address }),
    uploads: createGate(2, 64),
    newId,
  };
}

const connect = (settings: Settings, now: () => number): Promise<OpenObserve> =>
  connectOpenObserve({
    url: settings.openobserveUrl,
    authorization: settings.openobserveToken && `Basic ${settings.openobserveToken}`,
    path: dataPaths(settings.dataDir).streams,
    now,
  });

async function rootToken(store: Store, email: string, at: Instant, newId: () => string): Promise<string> {
  const organization = "default";
  const found = await store.access.identify({ organization, email });
  if (found === undefined) throw new StartError(`There is no login ${email}`);
  const ask = {
    store: store.access,
    principal: toPrincipal(found, organization, "secret", undefined),
    now: at,
  };
  const sent = { name: "start of the server", email: undefined, expiresAt: after(at, setUpWithin) };
  return (await createToken(ask, sent, newId)).text;
}

async function openFolder(dataDir: string): Promise<Store> {
  try {
    return await openStore({ path: dataPaths(dataDir).database });
  } catch (error) {
    if (error instanceof StoreError && error.code === "IN_USE") throw await folderInUse(dataDir);
    throw error instanceof StoreError ? new StartError(error.message) : error;
  }
}

const hostInUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);
