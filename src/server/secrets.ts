import type { Logger } from "pino";
import {
  keyFileOf,
  loadSecretKey,
  parameterSealer,
  type Seal,
  type SecretValues,
  sealWith,
  secretValues,
  type TextSealer,
} from "../access/index.ts";
import type { Store } from "../store/index.ts";
import type { Settings } from "./settings.ts";

/** What hangs on the server's secret key. */
export interface ServerSecrets {
  readonly key: Buffer;
  /** Of stored secrets. */
  readonly seal: Seal;
  readonly values: SecretValues;
  readonly sealer: TextSealer;
}

/** Reads the secret key, seals the store anew where the key was changed, and finds where secrets come from. @throws SecretKeyError */
export async function openSecrets(settings: Settings, store: Store, log: Logger): Promise<ServerSecrets> {
  const { dataDir, secretKey, secretKeyFile, oldSecretKeys, oldSecretKeyFile } = settings;
  const key = await loadSecretKey({
    store: store.access,
    secrets: store.secrets,
    dataDir,
    key: secretKey,
    keyFile: secretKeyFile,
    oldKeys: oldSecretKeys,
    oldKeyFile: oldSecretKeyFile,
    tell: (sentence) => log.warn(sentence),
  });
  const seal = sealWith(key, "stored secrets");
  const ownFiles = [secretKeyFile, oldSecretKeyFile, keyFileOf(dataDir)].filter((file) => file !== undefined);
  const values = secretValues({
    stored: { store: store.secrets, seal },
    env: settings.variables,
    folder: { folder: settings.secretsDir, notThese: ownFiles },
    organizations: settings.secretsOrganizations,
  });
  return { key, seal, values, sealer: parameterSealer(key) };
}
