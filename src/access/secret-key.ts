import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { AccessStore, SecretStore } from "./ports.ts";
import { changeKey, type OldKeys, readOldKeys } from "./secrets/change-key.ts";
import { readNewKey } from "./secrets/read-key.ts";
import { SecretKeyError } from "./secrets/secret-key-error.ts";

export interface SecretKeyNeeds extends OldKeys {
  readonly store: Pick<AccessStore, "keyCheck" | "setKeyCheck">;
  readonly secrets: Pick<SecretStore, "sealedContents" | "reseal">;
  readonly dataDir: string;
  /** ROTA_SECRET_KEY: 32 bytes in hex or base64. */
  readonly key: string | undefined;
  /** ROTA_SECRET_KEY_FILE: a file that holds such a text. */
  readonly keyFile: string | undefined;
  /** Told in a sentence what became of the secrets when the key was changed. */
  tell(sentence: string): void;
}

/**
 * The server's secret key, 32 bytes. The first start writes a random one to `secret.key` in the data
 * folder (mode 0600), unless the settings name one. A store remembers which key it was made with; when that is one of
 * the old keys, what it holds is sealed anew, and the old key is not needed any more.
 * @throws SecretKeyError when the key is missing, not the store's, readable by others, or no secret.
 */
export async function loadSecretKey(needs: SecretKeyNeeds): Promise<Buffer> {
  const expected = await needs.store.keyCheck({});
  const file = keyFileOf(needs.dataDir);
  const key = (await fromSettings(needs)) ?? (await fromDataFolder(file, expected === undefined));
  if (expected === undefined) await needs.store.setKeyCheck({ text: checkOf(key) });
  else if (!matches(key, expected)) await moveFromOldKey(needs, key, expected);
  return key;
}

/** Where the key is that the first start makes. */
export const keyFileOf = (dataDir: string): string => join(dataDir, "secret.key");

async function moveFromOldKey(needs: SecretKeyNeeds, key: Buffer, expected: string): Promise<void> {
  const old = (await readOldKeys(needs)).find((one) => matches(one, expected));
  if (old === undefined)
    throw new SecretKeyError(
      `The secret key is not the one that ${needs.dataDir} was made with. Restore that key (secret.key in the data folder, or ROTA_SECRET_KEY). To change the key, give the one before as ROTA_OLD_SECRET_KEYS or ROTA_OLD_SECRET_KEY_FILE as well. Or start with an empty data folder.`,
    );
  const before = { key: old, check: expected };
  const { sealed, altered } = await changeKey(needs.secrets, before, { key, check: checkOf(key) });
  needs.tell(
    `The secret key was changed: ${sealed} stored ${sealed === 1 ? "value was" : "values were"} sealed anew, and the old key is not needed any more.`,
  );
  if (altered > 0)
    needs.tell(
      `${altered} stored ${altered === 1 ? "value" : "values"} did not open with the old key either; set them again (rota secrets list).`,
    );
}

const checkOf = (key: Buffer): string => createHmac("sha256", key).update("rota key check 1").digest("hex");

const matches = (key: Buffer, expected: string): boolean =>
  timingSafeEqual(Buffer.from(expected), Buffer.from(checkOf(key)));

async function fromSettings({ key, keyFile }: SecretKeyNeeds): Promise<Buffer | undefined> {
  if (key !== undefined) return readNewKey(key, "ROTA_SECRET_KEY");
  if (keyFile === undefined) return undefined;
  const text = await readFile(keyFile, "utf8").catch(() => {
    throw new SecretKeyError(`ROTA_SECRET_KEY_FILE names ${keyFile}, which cannot be read.`);
  });
  return readNewKey(text, keyFile);
}

async function fromDataFolder(file: string, firstStart: boolean): Promise<Buffer> {
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) {
    if (firstStart) return writeKey(file);
    throw new SecretKeyError(
      `${file} is missing, and the data folder was made with a secret key. Restore the file, or give the key as ROTA_SECRET_KEY.`,
    );
  }
  if ((info.mode & 0o077) !== 0)
    throw new SecretKeyError(`${file} can be read by others. Run: chmod 600 ${file}`);
  return readNewKey(await readFile(file, "utf8"), file);
}

async function writeKey(file: string): Promise<Buffer> {
  const key = randomBytes(32);
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(`${key.toString("hex")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return key;
}
